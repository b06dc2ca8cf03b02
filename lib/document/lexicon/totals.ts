/*
 * How sentences say that an amount is the whole, in English, German, French and Spanish. For normalised texts: in front of
 * the amount (they end where it begins) and behind it (they begin where it ends).
 */

/** What may stand between these words and the amount. */
const ABOUT = String.raw`(?: (?:to|at|a|an|of|on|some|just|over|under|nearly|about|around|roughly|almost|approximately|exactly|circa|ca\.?|close to|near|knapp|gut|rund|etwa|ungefahr|fast|genau|bei|auf|von|environ|pres de|quelque|de|a peu pres|unos|unas|cerca de|casi|alrededor de|aproximadamente|\p{L}{2,9})){0,2}`;

/** What is summed up: the whole and no single service. */
const WHOLE = `(?:that|this|it|which|everything|all|both|we|together|(?:the|our|your|whole|total|monthly|annual|new|old|current) (?:bill|invoice|total|sum|spend|spending|outlay|outgoings|lot|run rate|stack|setup|footprint|estate)|bill|invoice|run rate|das|dies|alles|wir|zusammen|rechnung|monatsrechnung|gesamtkosten|kosten|summe|cela|ca|ce qui|tout|le tout|on|nous|la facture|l'addition|ensemble|l'ensemble|eso|esto|todo|lo que|la factura|el conjunto|el gasto|en conjunto)`;

/** Verbs that give a sum where the whole is their subject. */
const COMES_TO = String.raw`(?:com(?:es?|ing)(?: out)?(?: (?:to|at))?|land(?:s|ed|ing)?(?: us)?(?: (?:at|around|on|near|somewhere))?|work(?:s|ed|ing)? out(?: (?:at|to|as))?|end(?:s|ed|ing)? up(?: (?:at|around|near|paying|costing))?|run(?:s|ning)?(?: us)?(?: (?:to|at|about|around))?|bring(?:s|ing)? (?:us|it|this|that|them|the [\p{L} ]{1,24}?) (?:up |down |back )?to|tak(?:es?|ing) (?:us|it) to|put(?:s|ting)? (?:us|it)(?: (?:at|around))?|gets? us to|leav(?:es?|ing) us(?: (?:at|with|around))?|amount(?:s|ing)? to|add(?:s|ing)? up to|sit(?:s|ting)?(?: at)?|stand(?:s|ing)?(?: at)?|hover(?:s|ing)?(?: (?:at|around))?|equals?|averag(?:es?|ing)|kommt (?:man )?auf|kommen (?:wir |damit |so )*auf|landet? (?:das |es )?(?:bei)?|landen (?:wir )?(?:damit )?bei|ergibt|ergeben|macht|machen|betragt|betragen|belauft sich auf|belaufen sich auf|liegt bei|liegen bei|liegen wir bei|summiert sich auf|revient a|reviennent a|arrive(?:nt|ra|rons)? a|arrivons a|monte a|s'eleve a|s'elevent a|fait|font|donne|represente|tourne autour de|asciende a|ascienden a|suma|suman|llega a|llegan a|queda en|se queda en|quedan en|supone|suponen|sale a|sale por|salen a)`;

/** "That brings us to about", "All told the bill should land around", "Damit landen wir bei rund". */
export const COMES_TO_WHOLE = new RegExp(
  String.raw`(?<![\p{L}])${WHOLE}(?![\p{L}])[^.;:!?]{0,40}?(?<![\p{L}])${COMES_TO}${ABOUT}\s?[~≈]?$|(?<![\p{L}])(?:damit|so|also|somit)(?: \p{L}{2,8})? (?:kommen|landen|liegen) wir(?: \p{L}{2,8}){0,2} (?:auf|bei)${ABOUT}\s?[~≈]?$`,
  "u",
);

/** "in all", "unterm Strich", "for a total of": whatever the subject is. */
export const IN_ALL = new RegExp(
  String.raw`(?<![\p{L}])(?:put together|taken together|(?:both|all|all of (?:it|that|them)|everything|\p{L}+) (?:taken )?together|(?:^|[,:–-] )together,?|together,? (?:that|this|it|they|we)(?: \p{L}{2,8})?|altogether|all told|all up|all in|all-in|in all|in total|in sum|combined|overall|grand total|bottom line|for a (?:grand )?total of|a total of|to a total of|totall?ing|sums? up to|summing up to|that's|that is|(?:^|(?:so |now |then ))(?:that|this|it) (?:is|makes|totals)|zusammen|insgesamt|gesamt|alles in allem|in summe|unterm strich|(?:sind|macht|waren|ergibt|ist) das|das (?:sind|macht|ergibt)|en tout|au total|tout compris|en tout et pour tout|cela fait|ca fait|soit|soit au total|ce qui fait|en total|en conjunto|en suma|en resumen|todo junto|eso (?:es|son)|son en total)${ABOUT}(?: ?[:=,])?\s?[~≈]?$`,
  "u",
);

/** "So about $448 a month": a sentence that says nothing else. */
export const CONCLUDES =
  /^\W*(?:so|so,|thus|hence|therefore|in short|all told|makes?|roughly|also|somit|macht|ergibt|donc|soit|bref|en somme|asi que|o sea|es decir)\W{0,2}(?: ?(?:about|around|roughly|some|now|then|just|rund|etwa|knapp|gut|environ|unos|unas|casi))?\s?[~≈]?$/u;

/** Words that sum up only where something was listed before: "that's", "soit". */
export const WEAKLY = /(?<![\p{L}])(?:that's|that is|soit|combined|overall)(?: \p{L}{2,9}){0,2}(?: ?[:=,])?\s?[~≈]?$/u;

const PERIOD = String.raw`(?:(?:a|an|per|pro|im|je|par|al|por|each|every|\/)\s?\p{L}{2,6}\.?\s|monthly\s|yearly\s|annually\s|monatlich\s|jahrlich\s|mensuels?\s|mensuales\s)?`;

/** "£1,641 in all", "$420 a month all-in", "1 428 € tout compris". */
export const ALL_IN = new RegExp(
  String.raw`^\W*${PERIOD}\W*(?:in all|in total|all[- ]in|all told|altogether|all up|together|combined|overall|in sum|total|for (?:the (?:whole )?(?:lot|thing|set|stack|setup)|everything|all of (?:it|them))|across (?:the board|everything|all of (?:it|them))|(?:with )?everything included|with (?:them|everything)|zusammen|insgesamt|gesamt|alles (?:zusammen|inklusive|inbegriffen|in allem)|in summe|fur alles|en tout|au total|tout compris|tout inclus|pour le tout|pour l'ensemble|en total|en conjunto|todo (?:incluido|junto)|por todo)(?![\p{L}])`,
  "u",
);

/** "$420 a month is what we pay today". */
export const IS_THE_WHOLE = new RegExp(
  String.raw`^\W*${PERIOD}\W*(?:is|are|was|ist|sind|est|sont|es|son) (?:what (?:we|it|the \p{L}+)|the (?:whole|total|full|entire|current) |all (?:we|of it)|das,? was wir|was wir|die gesamte|unsere|ce que (?:nous|l'on|coute)|notre|toute la|lo que|la factura|todo lo)`,
  "u",
);

/** What lies between two amounts is no sum: "$80 more than today". */
export const COMPARED =
  /^\W*(?:(?:a|an|per|pro|im|je|par|al|por|\/)\s?\p{L}{2,6}\.?\s|monthly\s|monatlich\s)?(?:more|less|extra|cheaper|dearer|lower|higher|below|above|on top|off|mehr|weniger|teurer|gunstiger|billiger|zusatzlich|de plus|de moins|en plus|en moins|mas|menos|extra)(?![\p{L}])/u;

/** Paying without a whole: "we pay Hoster $189 for two servers, another $24 for …" lists parts. */
export const PAYS =
  /(?<![\p{L}])(?:we(?:'d| would|'ll| will)? (?:pay|spend)|costs? us|charges us|wir zahlen|zahlen wir|kostet uns|nous payons|on paie|pagamos)(?![\p{L}])/u;

/** "from $43,200 a year to $18,960". */
export const FROM = /(?<![\p{L}])(?:from|von|de|desde)(?: (?:about|around|roughly|rund|etwa|knapp|environ|unos|casi))?\s?[~≈]?$/u;
export const TO =
  /^\W*(?:(?:a|per|pro|im|par|al|por|\/)\s?\p{L}{2,6}\.?\s|monthly\s|monatlich\s)?(?:down |up )?(?:to|auf|a|hasta)(?: (?:about|around|roughly|rund|etwa|knapp|environ|unos|casi))?\s?[~≈]?$/u;
/** Whose costs go from one amount to another, where it is all of them. */
export const OF_THE_WHOLE =
  /(?<![\p{L}])(?:we|our|bill|bills|invoice|costs?|spend|spending|total|everything|rechnung|kosten|wir|ausgaben|facture|couts?|depenses?|on|nous|notre|factura|costes?|gastos?|pasamos|pasa)(?![\p{L}])/u;
