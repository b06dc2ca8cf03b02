/*
 * What the lines of a timeline do, in English, German, French and Spanish. Tests are for normalised texts: both the thing
 * and what becomes of it are named, in either order.
 */

const SERVICE =
  "(?:site|shop|store|portal|app|application|service|services|system|platform|bookings?|orders?|ordering|engine|ingest|checkout|website|api|users?|motor|tienda|sitio|portail|boutique|plateforme|seite|anwendung|dienst|dienste|buchungen|bestellungen)";
const either = (a: string, b: string) => `(?:(?:${a})(?:[^.;|]{0,40}?)(?:${b})|(?:${b})(?:[^.;|]{0,40}?)(?:${a}))`;
const word = (source: string) => new RegExp(`(?<![a-z])(?:${source})(?![a-z])`, "u");

const MAINTENANCE =
  "maintenance(?: page| mode)?|wartungsseite|wartungsmodus|wartung|banner|page de maintenance|mode maintenance|pagina de mantenimiento|mantenimiento|modo mantenimiento";
const ON =
  "on|start|starts|begin|begins|enable|enabled|activate|activated|shown|up|einschalten|ein|an|aktivieren|beginnt|beginn|activer|active|debut|mise en|passage en|activar|activado|inicio|poner|entra";
const OFF =
  "off|end|ends|over|finished|disable|disabled|removed|remove|down|lifted|ausschalten|aus|deaktivieren|beenden|ende|endet|aufheben|desactiver|fin|fin de|levee|desactivar|quitar|retirar|termina";
const CLOSED =
  "closed|closes|close|closing|stopped|stop|stops|paused|pause|offline|down|blocked|disabled|frozen|schliessen|geschlossen|stoppen|gestoppt|sperren|gesperrt|anhalten|abschalten|ferme|fermee|fermer|fermeture|arret|arreter|arrete|coupure|cerrar|cerrado|cierre|parar|parada|detener|bloquear";
const OPENED =
  "open|opens|opened|reopen|reopens|reopened|resumed|resume|resumes|online|live again|enabled again|back|offnen|geoffnet|wieder offen|freigeben|freigegeben|ouvert|ouverte|ouvrir|ouverture|reouverture|rouvrir|reprise|abrir|abierto|apertura|reapertura|reabrir|reanudar";
const WRITES = "writes?|write access|writing|schreibzugriffe?|schreiben|ecritures?|escrituras?";

/** Writing is over: whatever else is shown or hidden. */
export const CLOSES = word(
  `${either(WRITES, `${CLOSED}|off|aus`)}|read[- ]only(?! off| replica| user| access| copy)|schreibsperre|nur[- ]lesen|schreibgeschutzt|lecture seule|solo lectura|write freeze|freeze writes|${either(SERVICE, CLOSED)}|(?:maintenance|wartung\\w*) (?:page |mode )?(?:on|ein\\w*|an)|${either("maintenance(?: page| mode)?|wartungsseite|wartungsmodus|wartung|page de maintenance|mode maintenance|pagina de mantenimiento|modo mantenimiento|mantenimiento", ON)}|accepts? no (?:more )?writes|keine schreibzugriffe`,
);
export const OPENS = word(
  `read[- ]only off|schreibsperre (?:aus|aufheben)|${either(WRITES, `${OPENED}|on|enabled|allowed|again|erlauben|frei|wieder|permises|permitidas`)}|${either(SERVICE, OPENED)}|${either(MAINTENANCE, OFF)}|all clear|back online|wieder online|de nouveau en ligne|de nuevo en linea`,
);
export const SWITCHES = word(
  `${either("dns|route ?53|name ?servers?|records?|cname|a[- ]record|dns-eintrage?|enregistrements?|registros?|load balancer|traffic|verkehr|trafic|trafico", "to|switch\\w*|flip\\w*|point\\w*|repoint\\w*|change\\w*|cut ?over|move\\w*|new addresses|updated?|umstell\\w*|umschalt\\w*|zeigen|auf|schwenk\\w*|andern|bascul\\w*|vers|pointe\\w*|hacia|apunt\\w*|conmut\\w*|cambi\\w*")}|dns (?:→|->|=>)|(?:switch|flip|point|cut over) (?:the )?(?:api|app|users|clients)|point (?:the )?(?:api|app) at`,
);
export const COMPARES = word(
  "row counts?|count rows|rows? (?:counts? )?compar\\w*|row comparison|compare\\w*|comparison|checksums?|counts? (?:per|of|match)|data check|reconcil\\w*|zeilenzahl\\w*|zeilen (?:zahlen|vergleichen)|prufsumme\\w*|abgleich|datenabgleich|vergleich\\w*|nombre de lignes|comparaison|comparer|sommes? de controle|recuento|comparar|comparacion|sumas? de control",
);
export const SYNCS = word(
  "final (?:sync|dump|copy|export|import|wal|delta|replication|increment)\\w*|last (?:sync|dump|copy|export|import|increment|delta|log)\\w*|pg_dump|mysqldump|pg_restore|drain\\w*|catch[- ]up|letzte\\w* (?:log-sicherung|sicherung|kopie|export|abgleich|ruckstand)|export final|import|dernier\\w* (?:export|copie|sauvegarde)|ultima (?:copia|exportacion|sincronizacion)|volcado final|restore into",
);
export const TTL = /(?<![a-z])ttls?(?![a-z])|time[- ]to[- ]live/u;
export const LOWERS = word(
  "lower\\w*|reduce\\w*|drop\\w*|set|to|down|shorten\\w*|senken|gesenkt|herabsetzen|verkurzen|auf|abaisser|baisser|reduire|bajar|reducir|a|→",
);
/** Words of time without service. */
export const OUTAGE =
  /(?<![a-z])(?:downtime|outage|interruption|unavailab\w*|offline|closed|read[- ]only|look but not|cannot (?:book|order|write|log in|use)|without service|ausfallzeit\w*|ausfall|unterbrechung|nicht erreichbar|geschlossen|nicht verfugbar|stillstand|indisponib\w*|coupure|arret|fermee?|temps d'arret|inactividad|parada|caida|cerrad[oa]|interrupcion|corte|sin servicio)(?![a-z])/u;
export const AT_MOST =
  /(?<![a-z])(?:at most|no more than|max(?:imum)?\.?|up to|under|less than|below|not exceed|within|<|<=|≤|hochstens|maximal|nicht mehr als|bis zu|unter|au plus|au maximum|maximum|moins de|inferieure? a|como maximo|maximo|menos de|no mas de)(?![a-z])/u;
/** Of other times, of what happened once, of what a provider promises. */
export const NOT_THIS_OUTAGE =
  /(?<![a-z])(?:last year|in \d{4}|incident|if |when |wenn |falls |si |alert|alarm|sla|per month|per year|im monat|pro jahr|par mois|al mes|buffer|provider|roll ?back|restore|restoring|rpo|rto|window|wartungsfenster|fenetre|ventana|agreed|angekundigt\w*|last outage|december|previous)(?![a-z])/u;
export const BEFORE_THAT =
  /(?<![a-z])(?:before|was|from|previously|currently|now|today|instead of|old|vorher|bisher|aktuell|von|derzeit|avant|actuellement|actuel|de|antes|actual|actualmente)(?![a-z])/u;
