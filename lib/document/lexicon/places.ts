import { words, wordTest } from "./words";

/*
 * What limits in a place of a document mean, by the words of its heading, label or lead. The first kind that fits decides,
 * so that "Rollback triggers" is about the way back and "Alert thresholds" about alerts.
 */

export const PLACES = {
  rollback: wordTest(
    words(`
    rollback* | roll back | rolling back | back out | backout | revert* | way back | abort* | stop criteria | kill switch | bail out |
    switch back | go back | going back | return to the old | fallback trigger* | fallback criteri* | fallback condition* | fallback if | fallback when | fall back if | fall back when | failback | ruckfall* | ruckweg* | weg zuruckrollen | ruckkehr* | ruckbau* | ruckabwicklung |
    abbruch* | fall back | falling back | contingency plan* | undoing the | emergency brake | emergency plan | backing out | stop conditions | stop if | kill criteri* | kill conditions | exit ramp |
    return ticket | goes south | go south | turn back | turning back | turn around | turn round | turned back | safety net | safety valve | way home | road back |
    pulling the plug | pull the plug | stop and return | getting back | get back to the old | recovery plan | notfallplan* | notbremse | ruckzug* | umkehr* | zuruck | abbrechen | abbricht |
    zuruckgehen | ruckabwicklung* | ruckschalt* | plan de secours | marche arriere | demi-tour | plan de contingencia | plan de emergencia |
    plan de retorno | freno de emergencia | goes wrong | go wrong | if it fails | when it fails | if this fails | plan b | undo plan | emergency exit | schiefgeht | schief geht | schiefgehen | notausstieg | en cas de probleme |
    en cas d'echec | si ca tourne mal | si algo sale mal | si algo falla | zuruck zu | zuruck auf | zuruck nach | zuruck geht | zuruckwechseln | retour arriere | retour en arriere | repli | plan de retour | abandon* | reversion* |
    marcha atras | retroceso | vuelta atras | criterios de aborto | reversal | reverse the decision | taken back | take it back | undo | unwind | fail back | failing back | point back | flip back | turn the flag back | se vuelve a | volvemos a | volver a la | volver al | vuelta a | zuruckgenommen | rucknahme | on revient | revenir a | revenir sur | come back if | call it off | called off`),
  ),
  block: wordTest(
    words(`
    don't migrate | not if | nicht wenn | pas si | do not migrate | don't move | do not move | don't switch | do not switch | don't upgrade |
    do not upgrade | don't scale | when not to | not to migrate | not migrate | not move | stay if | stay put | stay where | stay on |
    reasons to stay | reasons to wait | not before | stopper* | what keeps us | keeps us from | postpone* | wait while | holds us back | stay while | contraindication* |
    hindernis* | hinderungsgrund* | wir warten | warten solange | verschieben* | grunde zu warten | ausschlussgrund* | ausschlussgrunde | sperrgrund* |
    ne pas partir | raisons d'attendre | report si | repousser si | on attend | motivos para esperar | aplaz* | posponer* | esperar si | stop us | that stop | showstopper* | gegenanzeige* | contre-indication* | contraindicacion* | say no | says no | would say no | no-go condition* | no-go criteri* | no-go if | no-go wenn | nogo | no-go | hold if | gate: hold | gate - hold | don't start | do not start | don't begin | do not begin | don't do it | do not do it | deal breaker* | dealbreaker* | reasons not to | wait if | wait until | blocker* | blocking condition* | hold off | postpone if |
    delay if | do nothing if | nicht umziehen | nicht umgezogen | nicht migrieren | nicht wechseln | kein umzug | wann nicht | bleiben wenn | hinderungsgrund* |
    ausschlusskriteri* | ne pas migrer | ne migrez pas | ne migrons pas | ne pas bouger | ne pas changer | quand ne pas | rester si | bloqu* |
    no migrar | no migre | no migramos | no empezar | no se empieza | nicht beginnen | nicht starten | ne pas commencer | ne pas demarrer | no cambiar | cuando no | quedarse si | no mover`),
  ),
  alert: wordTest(
    words(`
    alert* | alarm* | escalation* | observability | who gets woken | woken | gets called | bereitschaft* | meldeschwell* | astreinte | seuils d'alerte | guardia | vigilancia | paging | pager* | page on call | on call | warning* | critical | severity | sev1 | sev2 | sev 1 | sev 2 | notify |
    notification* | warnung* | kostenwarnung* | kostenalarm* | budgetwarnung* | warnschwell* | kritisch* | benachrichtigung* | alerte* | avertissement* | critique* | alerta* | aviso* |
    advertencia* | critico* | critica*`),
  ),
  review: wordTest(
    words(`
    next review | review point* | review trigger* | review when | review if | review at | review again | when to review | revisit* | reassess* |
    re-evaluat* | reevaluat* | re-assess* | next look | nachste uberprufung | uberprufung wenn | neubewertung | erneut prufen | reevaluer |
    reevaluation | prochaine revue | proxima revision | reevaluar | reevaluacion`),
  ),
  justify: wordTest(
    words(`
    justif* | business case | worth it | worth the | pays off | pay off | payback | break-even | breakeven | rechtfertig* | begrundung |
    lohnt sich | wirtschaftlichkeit | gewinnschwelle | rentabil* | seuil de rentabilite | punto de equilibrio | amortiza*`),
  ),
  goal: wordTest(
    words(`
    goal | goals | objective | objectives | aims | ziele | ziel | zielsetzung* | objectif | objectifs | objetivo | objetivos | metas`),
  ),
  success: wordTest(
    words(`
    success* | kpi* | acceptance | accept if | exit criteria | gonogo | go/no-go | go no go | go live criteria | go-live criteria | gate |
    gates | gating | go only if | freigabe wenn | quality gate* | promotion criteria | rollout criteria | cutover criteria | definition of done | accepted when | accepted if | accepted once | acceptance when | what good looks like | how good looks like | done when | done means | it worked if | it worked when | a win when | a win if | outcome we want | expected outcome* | expected result* | desired outcome* | desired result* | results to reach | verification after | how we measure | finish line | sign-off | signoff |
    closing criteria | closure criteria | completion criteria | after 30 days | gelungen | geschafft wenn | resultat attendu | resultats attendus | on saura que | c'est gagne | resultado esperado | resultados esperados |
    ido bien | sabremos que | hecho cuando | terminado cuando | listo cuando | good if | good when | happy if | happy when | all good when | success looks like | we call it done | went well | it has worked | how we know that it | how we know it | call it a success | criteres de recette | recette si | we are happy when | we are done when | worked if | what good looks like | good looks like | what success looks like | benefits to measure | measurable benefit* |
    complete when | slo | slos | sli | slis | service level* | pass criteria | pass if | validation criteria | proceed if | proceed when |
    erfolg* | abnahme* | fertig wenn | fertig sind wir | fertig ist | fertig sind | gelungen ist | am ziel sind wir | on a reussi | hemos terminado | reussite | reussi* | succes | criteres d'acceptation | recette | exito | aceptacion | criterios de exito`),
  ),
  target: wordTest(
    words(`
    benchmark* | performance target* | targets | target metrics | key metric* | health metric* | performance metric* | performance requirement* |
    performance budget* | guardrail* | leitplanken | non-functional | non functional | service quality | leistungsziele | zielwerte | kennzahl* | indicateurs |
    metriques cles | indicadores | metricas clave | baseline*`),
  ),
  watch: wordTest(
    words(`
    monitor | monitoring | watch* | observe | observation | hypercare | stabili?ation | stabilization | stabilisation | uberwach* | beobacht* |
    surveill* | supervision | observacion | vigilar | monitoreo | monitorizacion`),
  ),
  migrate: wordTest(
    words(`
    trigger* | migrate when | migrate if | migrate once | move when | move if | move once | switch when | switch if | leave when | leave if |
    upgrade when | upgrade if | scale when | scale up when | scale if | when to | when do we | when we | when will we | when should |
    when is it time | what would make us | make us move | makes us move | make me move | make me say go | make us say go | say go | says go | say yes | make me go | fail over when | fail over if | make us go | makes us go | reasons to act | reasons to go | tripwire* | trip wire* | trip point* | it is time | it's time | starting gun | starting point* | starting signal |
    start signal* | entry criteria | entry gate* | green light | point of action | start criteria | start condition* | startbedingung* | startkriteri* | startschuss | umzugskriteri* | umzugsgrund* | entscheidungskriteri* |
    migrationskriteri* | es losgeht | losgehen | feu vert | signal de depart | senal de inicio | senales | luz verde | reasons to migrate | reasons to move | reasons to leave | go when | go once | do it when | do it if | do it once | act when | start when | start if | start once | begin when | kick off | kick-off when | pull the trigger | grow when | grow again | decision gate* | migration gate* | start gate* | time to move | time to migrate | time to leave |
    migration criteria | decision point* | decision rule* | tipping point* | move on when | next phase when | upgrade path trigger* |
    scale-up points | auslose* | wann umziehen | wann migrieren | wann wechseln | wann wir | wann | umziehen wenn | umzug wenn | wechseln wenn |
    anlass | anlasse | declencheur* | quand | migrer si | migrer quand | migrer lorsque | conditions de migration | conditions de bascule |
    disparador* | desencadenante* | cuando | migrar si | migrar cuando`),
  ),
  /** Words of limits of any kind: they decide for moving where no others do. */
  limits: wordTest(
    words(`
    criteria | grenzwert* | threshold* | signal | signals | indicators | conditions | schwell* | kriteri* | bedingung* | seuil* | critere* | umbral* |
    criterio* | condiciones`),
  ),
  /** What is done, or told beside: nothing here is a limit that decides. */
  aside: wordTest(
    words(`
    step* | procedure* | timeline | schedule | action* | mitigation* | next steps | example* | notes | note | how to | process | tasks | to do |
    todo | fix | solution | features | includes | risks | what to do | what happens | schritte | ablauf | zeitplan | massnahmen | vorgehen |
    hinweise | aufgaben | etapes | procedure | calendrier | risques | remarques | pasos | procedimiento | calendario | riesgos | acciones |
    notas`),
  ),
  /** Headings about something else: what headings above them announce does not reach below. */
  neutral: wordTest(
    words(`
    cost | costs | pricing | price* | kosten* | couts | costes | costos | architecture | topology | diagram | checklist* | config* | setup |
    set up | implementation | installation | backup* | security | troubleshoot* | issue* | tips | why | rationale | risk | resources |
    documentation | tools | capacity | specification* | architektur | sicherheit | securite | seguridad | arquitectura`),
  ),
} satisfies Record<string, RegExp>;

/** What limits are for; words of limits in general announce those that move. */
export type PlaceKind = Exclude<keyof typeof PLACES, "limits">;

/** Leads of a line, "Next review: …", that decide by themselves; they are the whole lead. */
export const LEADS: readonly (readonly [kind: PlaceKind, test: RegExp])[] = [
  [
    "rollback",
    /^(?:(?:automatic|immediate|full|emergency) )?(?:rollback|roll back|abort|revert|back out|ruckfall|abbruch|zuruckrollen|retour arriere|abandon|reversion|marcha atras)(?: (?:trigger|triggers|criteria|condition|conditions|threshold|thresholds|if|when|on|kriterien|bedingungen|wenn|bei|si|criteres|criterios|cuando))?$/,
  ],
  [
    "block",
    /^(?:(?:don't|do not) (?:migrate|move|switch|upgrade)(?: (?:if|when|while|until))?|stay(?: (?:if|while|when|on .{1,40} (?:if|while|when)))?|hold off(?: if)?|block|blocks|blocked(?: if| while| by)?|blocking|hold(?: if| while)?|wait(?: if| while)?|blocker|blockers|nicht umziehen(?:,? wenn)?|ne pas migrer si|no migrar si)$/,
  ],
  [
    "alert",
    /^(?:(?:billing |cost |budget )?alerts?(?: (?:if|when|at|on|threshold|thresholds))?|page(?: (?:if|when))?|alarm(?: (?:bei|wenn))?|alerte(?: (?:si|a))?|alerta(?: (?:si|en))?)$/,
  ],
  [
    "review",
    /^(?:next |last )?(?:review|revisit|reassess|re-evaluate)(?: (?:point|date|when|if|at))?$|^(?:nachste (?:uberprufung|prufung)|prochaine (?:revue|revision)|proxima revision)$/,
  ],
  [
    "justify",
    /^(?:break-?even|breakeven|break even) point$|^(?:justification|worth it (?:if|when)|pays off (?:if|when|at)|gewinnschwelle|seuil de rentabilite|punto de equilibrio)$/,
  ],
  ["goal", /^(?:goal|goals|objective|ziel|objectif|objetivo)$/],
  [
    "success",
    /^(?:success(?: criteria| criterion| metric| metrics)?|acceptance(?: criteria)?|success looks like|success means|done means|exit criteria|go no-?go|go no go|gonogo|done when|slo|kpi|kpis|erfolgskriteri(?:um|en)|critere(?:s)? de (?:succes|reussite)|criterio(?:s)? de exito)$/,
  ],
  [
    "migrate",
    /^(?:(?:migration |scaling |upgrade )?trigger|(?:migration |scaling |upgrade )?triggers|when to .{2,40}|(?:migrate|move|switch|upgrade|scale|scale up|scale out|leave) (?:if|when|once|at)|threshold|auslose(?:r|n)?|umzug(?: wenn)?|schwelle|declencheurs?|seuil|disparador(?:es)?|umbral)$/,
  ],
];

const WHEN = `(?:when(?:ever)?|once|if|as soon as|after|at(?! (?:most|least))|on|should|wenn|sobald|falls|ab|bei|quand|lorsque?|des que|si|au-dela de|cuando|en cuanto|si)`;
const BACK = `(?:roll(?:ing|s|ed)? ?back|rollback|revert(?:ed|ing)?|back out|switch back|go(?:es|ing)? back|call(?:ing)? (?:[^.;]{0,30} )?off|cancel(?:s|ling)?|fall back|return(?:s|ing)? to|back to (?!normal|work)\\p{L}[^.;]{1,40}?|abort(?:ed|ing)?|abandon(?:ed|ing)?|pull(?:ing)? the plug|bail(?:s|ing)? out|revers(?:e|es|ing) (?:the |this |our )(?:decision|move|switch|migration|change)|tak(?:e|es|en|ing) (?:it |them |[^.;]{0,20} )?back|undo(?:es|ing)?|flip(?:s|ping)? (?:[^.;]{0,20} )?back|point(?:s|ing)? [^.;]{0,40}back|turn(?:s|ing)? [^.;]{0,20} back|stop(?:s|ping)? the (?:move|migration|rollout|switch)|brechen [^.;]{0,40}ab|renonc(?:e|ons|er)|abandonn(?:e|ons|er)|se cancela|cancelamos|zuruckrollen|zuruckgerollt|zuruckgeschaltet|zuruckschalten|kehren [^.;]{0,40}zuruck|zuruckkehren|abbrechen|abgebrochen|revenir en arriere|retour arriere|on revient|revenons|revertir|marcha atras|volver atras|volvemos|se vuelve|abortar)`;
const GO = `(?:migrat(?:e|es|ing|ion)|move|moves|moving|switch(?:es|ing)?|upgrade[sd]?|upgrading|scale (?:up|out|to)|scaling|leav(?:e|es|ing)|split|replatform|relocate|add (?:a|an|another|more|read)|self-host(?:ing)?|buy|reserve|commit to|promote|prioriti[sz]e|graduate|go ahead|we (?:will |would |only |shall )?go|go(?= (?:if|when|once|only))|proceed with the (?:move|migration)|kick off|pull the trigger|(?:start|begin) (?:the |this |our )?(?:migration|move|project|work|switch)|umziehen|umzug|wechseln|wechsel|migrieren|aufrusten|skalieren|migrer|migration|migrons|migrerons|basculer|bascule|basculons|passer a|passerons|quitter|quittons|migrar|migramos|migraremos|cambiar|mudarnos|(?:se )?(?:empieza|empezamos|empezar)|escalar|pasar a|pasaremos|dejamos)`;
const STAY = `(?:no (?:wave|move|site|batch|stage|phase|cutover|migration|switch|service|team|tenant|customer|database|further \\p{L}+) (?:starts?|moves?|begins?|goes|happens|proceeds|is moved)|wir warten|on attend|esperamos|nicht umgezogen|ne (?:migre|bascule|bouge|demarre|commence|change) pas|(?:do not|don't|never|must not|won't|will not) (?:self-host|deploy|cut over|start|begin|do (?:it|this|so)|go live|add|split|buy)|(?:don't|do not|should not|never|must not|won't|not) (?:migrate|move|switch|upgrade|leave|scale)|stay(?:ing)? (?:on|put|with|where)|hold off|nicht (?:umziehen|migrieren|wechseln|beginnen|starten|anfangen)|bleiben|ne (?:pas )?(?:migrer|migrons|migrez|bougez|commencer|commencons|demarrer|demarrons)|rester|restons|no (?:se )?(?:migrar|migra|migramos|cambiar|empezar|empieza|empezamos|iniciar|inicia)|quedarse|nos quedamos)`;
const LOOK = `(?:review|revisit|reassess|re-?evaluate|look again|uberprufen|neu bewerten|prufen wir erneut|reevaluer|reevaluons|revoir|revisar|reevaluar|revisaremos)`;

const CUE_WORDS = (words: string, when = WHEN) =>
  new RegExp(
    String.raw`(?<![\p{L}])(?:${words}(?![\p{L}])[^.;]{0,60}?(?<![\p{L}])${when}(?![\p{L}])|${when}(?![\p{L}])[^.;]{0,200}?(?<![\p{L}])${words}(?![\p{L}]))`,
    "u",
  );

/** Sentences that say what their limits are for. */
export const CUES: readonly (readonly [kind: PlaceKind, test: RegExp])[] = [
  ["rollback", CUE_WORDS(BACK)],
  // Staying until something holds is moving once it does.
  ["migrate", CUE_WORDS(STAY, `(?:until|bis|jusqu'a ce que|jusqu'au|hasta que)`)],
  [
    "block",
    CUE_WORDS(
      STAY,
      `(?:if|while|when|unless|as long as|with (?:more|fewer|less)|below|under|wenn|solange|unter|si|tant que|sous|moins de|mientras|bajo|menos de)`,
    ),
  ],
  ["review", CUE_WORDS(LOOK)],
  [
    "justify",
    /(?<![\p{L}])(?:break-?even|breakeven|pays? (?:for itself|off)|(?:is|becomes|are) (?:worth|justified|cheaper)|lohnt sich|rechnet sich|est rentable|se justifie|sale a cuenta|compensa)(?![\p{L}])[^.;]{0,60}?(?<![\p{L}])(?:at|from|above|once|when|if|over|ab|wenn|sobald|a partir|des|au-dela|cuando)(?![\p{L}])/u,
  ],
  ["migrate", CUE_WORDS(GO)],
  // "There the start was tied to more than 500 practices", "as a trigger it says: from 300 tenants on".
  [
    "migrate",
    /(?<![\p{L}])(?:(?:start|move|migration|switch|go-ahead|umzug|beginn|depart|bascule|inicio|cambio) (?:was|is|were|war|ist|etait|est|era|es|esta|estaba) (?:tied|bound|linked|conditional|pegged|gebunden|geknupft|lie|liee|conditionnee?|subordonnee?|ligad[oa]|vinculad[oa]|condicionad[oa]) (?:to|on|an|a|de)|(?:as|als|comme|como) (?:the |our |a |an |der |unser |le |la |el )?(?:start )?(?:trigger|start condition|condition|threshold|ausloser|startbedingung|bedingung|schwelle|declencheur|seuil|disparador|condicion|umbral))(?![\p{L}])/u,
  ],
  [
    "alert",
    /(?<![\p{L}])(?:alert|alerts|page|notify|warn|warnung|alarm|alarmieren|alerte|alertes|alerter|avertir|alerta|alertas|alertar|avisar|aviso)(?![\p{L}])[^.;]{0,60}?(?<![\p{L}])(?:if|when|at|on|above|wenn|bei|ab|si|quand|cuando|a)(?![\p{L}])/u,
  ],
];

/** How the conditions of a list combine, where its words say so. */
export const ANY = wordTest(
  words(`
    any | any one | any of | one of | one or more | at least one | either | eine der | eine genugt | einer genugt | eines genugt | eine reicht |
    eines reicht | eines der | einer der | mindestens eine* | irgendeine* | l'un des | l'une des | au moins un | au moins une | n'importe lequel |
    cualquiera | alguna | alguno | al menos uno | al menos una | una de | uno de`),
);
/** "all of", said of a list, and not "all services". */
export const ALL_PHRASE =
  /(?<![\p{L}])(?:all(?: of)?(?: the| these)?(?: (?:must|conditions|criteria|of these|of the following|are met|apply|true|hold|required|needed))|\(all\)|all of|all (?:of )?the following|all must|both (?:of|must|conditions)|alle (?:der )?(?:folgenden|bedingungen|kriterien|mussen|punkte|der)|\(alle\)|toutes (?:les conditions|ces conditions)|tous les criteres|\(toutes\)|\(tous\)|todas (?:las condiciones|estas)|todos los criterios|\(todas\)|\(todos\))(?![\p{L}])/u;

/** Words of the two levels of an alert. */
export const WARNING = wordTest(
  words(`
    warn | warning* | warns | yellow | amber | soft limit | minor | low | medium | p3 | p2 | sev3 | sev2 | sev 3 | sev 2 | sev-3 | sev-2 | slack |
    ticket | email | e-mail | mail | message | chat | warnung* | warnschwelle | gelb | avertissement* | attention | orange | aviso* | advertencia* | amarillo`),
);
export const CRITICAL = wordTest(
  words(`
    critical | crit | red | severe | emergency | urgent | page | paging | pager* | pagerduty | opsgenie | hard limit | high | major | p1 | p0 |
    sev1 | sev0 | sev 1 | sev-1 | phone | rings | sms | astreinte | bereitschaft | guardia | wake | kritisch* | rot | alarm | notfall | critique* | rouge | urgence | critico* | critica* |
    rojo | urgente`),
);

/** What a column of a table of limits holds. */
export const COLUMNS = {
  warning: wordTest(
    words(`
    warn | warning* | yellow | amber | soft limit | warnung* | warnschwelle | warnwert | gelb | avertissement | attention | aviso | advertencia`),
  ),
  critical: wordTest(
    words(`
    critical | crit | red | severe | hard limit | page at | kritisch* | rot | alarmschwelle | critique | rouge | critico | critica`),
  ),
  window: wordTest(
    words(`
    window | duration | for | for at least | and lasts | lasts | lasting | how long | for how long | pendant | wahrend | durante | sustained | hold* | period | over | evaluation period | dauer | zeitraum | fenster | zeitfenster |
    haltezeit | duree | fenetre | periode | duracion | ventana | periodo`),
  ),
  severity: wordTest(
    words(`
    severity | level | priority | sev | schweregrad | stufe | prioritat | gravite | niveau | priorite | severidad | nivel | prioridad | gravedad`),
  ),
  action: wordTest(
    words(`
    action* | response | reaction | next step | what happens | what we do | then | do | move | mitigation | massnahme* | reaktion | aktion |
    was dann | mesure* | reaction | accion* | respuesta | medida*`),
  ),
  cost: wordTest(words("cost* | price* | kosten* | mehrkosten | cout* | surcout | coste* | costo* | budget | impact")),
  baseline: wordTest(
    words(`
    current | baseline | today | now | before | as is | actual | present | normal | normally | normal value | normal range | usual | usually |
    typical | aktuell* | normalwert | normal* | ublich* | typisch* | valeur normale | valeur habituelle | habituel* | valor normal | ist | ist-wert | istwert | heute | ausgangswert | actuel* |
    aujourd'hui | reference | actual | hoy | linea base`),
  ),
  threshold: wordTest(
    words(`
    threshold* | limit* | condition* | value | trigger value | trigger level | trigger point | trigger when | go only if | go if | go when | move if | move when | only if | rollback if | rollback when |
    rollback at | when | at | schwell* | grenzwert* | grenze | bedingung* | wert | seuil* | limite* | valeur | umbral* | valor | condicion* |
    abort if | tolerance | max | maximum`),
  ),
  target: wordTest(
    words(`
    target* | goal* | slo | objective* | expected | acceptance | pass | required | requirement* | success criteria | success criterion | ziel* |
    zielwert* | soll | sollwert* | cible* | objectif* | objetivo* | meta* | criteria | criterion`),
  ),
  metric: wordTest(
    words(`
    metric* | indicator* | kpi* | measure* | signal* | what | check* | name | item | criterion | criteria | factor | area | dimension | resource |
    kennzahl* | messwert* | metrik* | messgrosse* | grosse | merkmal | kriterium | indicateur* | metrique* | critere* | mesure | indicador* | metrica* |
    criterio*`),
  ),
  trigger: wordTest(
    words(`
    trigger* | auslose* | declencheur* | disparador* | stage | step | event | upgrade when | scale when | move when | migrate when | alert |
    alarm | alerte | alerta | rule`),
  ),
  winner: wordTest(
    words(`
    winner | best | better | choice | verdict | preferred | chosen | pick | recommendation | advantage | gewinner | sieger | besser | wahl |
    vorteil | gagnant | meilleur* | choix | avantage | ganador* | mejor | eleccion | ventaja`),
  ),
  factor: wordTest(
    words(`
    factor* | criterion | criteria | aspect* | feature* | consideration* | dimension* | attribute* | question | faktor* | kriterium | kriterien |
    aspekt* | merkmal* | eigenschaft* | critere* | facteur* | aspecto* | criterio* | factores | caracteristica*`),
  ),
} satisfies Record<string, RegExp>;

export type ColumnKind = keyof typeof COLUMNS;

/** Heads of columns by who is told, where two of them stand side by side; signs in front of them say the same. */
export const TELLS_COLUMN =
  /^(?:tell|tell us|tell me|inform|notify|message|slack|chat|mail|e-mail|email|ticket|heads up|note|look|melden|hinweis|nachricht|prevenir|informer|message|avisar|informar)$/;
export const WAKES_COLUMN =
  /^(?:wake|wake us|wake me|wakes us|call|call us|ring|phone|sms|page|page us|pager|on call|get up|act|stop|alarm|wecken|anrufen|alarmieren|reveiller|appeler|despertar|llamar)$/;
export const GOOD_COLUMN = /^(?:green|grun|vert|verde|ok|okay|good|healthy|fine|gut|bon|bien)$/;

/** Words beside a quantity that say that there should be much of it. */
export const LEFT_OVER =
  /(?<![\p{L}])(?:free|remaining|left|available|headroom|idle|frei\p{L}*|verfugbar\p{L}*|ubrig|libres?|disponibles?|restante?s?)(?![\p{L}])/u;

/** "Stage 2 opens when …": what lets the next part of the move begin. */
export const OPENS =
  /^\W*(?:the )?(?:stage|phase|wave|step|tranche|batch|etappe|stufe|welle|etape|vague|fase|etapa|ola) (?:\w{1,4}|two|three|four|zwei|drei|deux|trois|dos|tres) (?:only )?(?:opens?|starts?|begins?|is released|goes ahead|unlocks?|beginnt|startet|commence|demarre|s'ouvre|empieza|comienza|se abre) (?:only |erst )?(?:when|once|if|after|as soon as|wenn|sobald|quand|des que|lorsque|cuando|en cuanto)(?!\p{L})/u;

/** Quantities of which more is better; of all others less is. Parts of metric keys. */
export const MORE_IS_BETTER = words(`
    uptime | success | hit_rate | margin | cost_reduction | stable_days | conversion | availability | throughput | requests_per_second | revenue |
    mrr | arr | score | coverage | free | certificate | users | customers | bookings | deployments | available | remaining | connection_success |
    satisfaction | headroom`);
