/*
 * What may be spent, in English, German, French and Spanish. For normalised texts.
 */

/** Words for the limit itself. */
export const BUDGET_WORDS =
  /(?<![\p{L}])(?:budgets?|(?:cost|spend|spending|price|monthly|hard|soft|billing|bill|cloud|infrastructure) (?:limit|cap|ceiling|allowance|envelope|guardrail|management)|ceiling|spend(?:ing)? alarm|budgetgrenze|budgetrahmen|budgetobergrenze|kostenrahmen|kostendeckel|kostengrenze|kostenlimit|kostenobergrenze|ausgabengrenze|ausgabenlimit|obergrenze|plafond|enveloppe|presupuestos?|tope|techo de gasto|limite de gasto)(?![\p{L}])/gu;

/** Verbs that grant money or forbid more of it. */
export const GRANTED =
  /(?<![\p{L}])(?:(?:must|may|can|should|shall|will) (?:never|not) (?:cost|exceed|spend|go (?:over|above|past)|pass|run (?:over|above))(?: more than)?|(?:can't|cannot|won't|shouldn't|mustn't) (?:cost|exceed|spend|go (?:over|above|past))(?: more than)?|(?:may|can|is allowed to|are allowed to) (?:spend|cost)(?: up to| at most| no more than)?|not a (?:cent|penny) (?:more|over)|(?:we(?:'ve| have)?|has|have|been|was|were|finance|board|cfo|management|council) (?:been )?(?:approved|agreed|granted|allocated|authori[sz]ed|signed off(?: on)?|given(?: us)?|earmarked|set aside)|bewilligt|genehmigt|freigegeben|darf (?:hochstens|maximal|nicht mehr als)|durfen (?:hochstens|maximal|nicht mehr als)|(?:a |ont |avons )?(?:accorde|alloue|debloque)e?s?|ne (?:doit|doivent|peut|peuvent) (?:pas )?(?:depasser|couter plus de)|aprobado|autorizado|asignado|no (?:debe|deben|puede|pueden|podemos) (?:superar|pasar de|costar mas de|gastar mas de))(?![\p{L}])/gu;

/** Budgets of something else than money. */
export const OTHER_BUDGET =
  /(?<![\p{L}])(?:performance|error|latency|time|downtime|carbon|memory|page|bundle|fehler|zeit|erreur|errores)[ -](?:budget|budgets)(?![\p{L}])|(?<![\p{L}])(?:over|on a|under|within|below|low)[ -]budget(?! (?:of|von|de))(?![\p{L}])|budget d'erreur|presupuesto de errores/u;

/** Somebody is told before it is spent. */
export const TOLD_OF =
  /(?<![\p{L}])(?:alerts?|alarms?|notif\p{L}*|warn(?:s|ed|ing|ings)?|tell|tells|told|mails?|emails?|e-mails?|slack|pages?|pings?|flags?|reminders?|heads[- ]up|hear|kostenwarnung|warnung(?:en)?|meldung|benachrichtig\p{L}*|melden|mail|alertes?|avertis\p{L}*|prevenir|previenne|alertas?|avis\p{L}*|notific\p{L}*)(?![\p{L}])/u;

/** "per year", "annual": how long the money is to last. */
export const FOR_A_YEAR =
  /(?<![\p{L}])(?:annual|annually|yearly|per year|a year|per annum|p\.a\.|fiscal year|fy ?\d{2,4}|jahresbudget|jahrlich\p{L}*|im jahr|pro jahr|annuels?|annuelle|par an|l'annee|anual(?:es)?|al ano)(?![\p{L}])/u;

/** Heads of columns that hold such limits, and of those that say when somebody is told. */
export const BUDGET_COLUMN =
  /(?<![\p{L}])(?:budgets?|ceiling|cap|spend(?:ing)? (?:limit|cap)|cost (?:limit|cap)|kostenrahmen|obergrenze|plafond|enveloppe|presupuesto|tope)(?![\p{L}])/u;
export const TOLD_COLUMN =
  /(?<![\p{L}])(?:alerts?|alarms?|warn(?:ing)?s?|notify|notification|thresholds?|levels?|warnung|warnschwellen?|schwellen?|alarme?|alertes?|seuils?|avisos?|alertas?|umbral(?:es)?)(?![\p{L}])/u;
