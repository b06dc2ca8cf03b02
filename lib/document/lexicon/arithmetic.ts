import { wordTest } from "./words";

/*
 * Words between the figures of a calculation, in English, German, French and Spanish. Tests are for text in lower case
 * without accents.
 */

/** Words that may stand between a figure and the sign behind it: "4 web servers ×". */
const NOUNS = String.raw`(?:\/?\s?[a-z][a-z'./%-]*\s?){0,4}`;
const gap = (signs: string) =>
  new RegExp(String.raw`^\s?${NOUNS}\s?(?:${signs})\s?[~≈]?\s?(?:approx\.?\s|about\s|ca\.?\s|etwa\s|rund\s|environ\s|unos\s)?$`, "u");

/** Signs and words of the four operations, of which the signs are sure. */
export const TIMES = gap(String.raw`[×✕*·⋅]|(?<=[\s\d])x|times|mal|fois|por(?=\s)`);
/** "3 servers at $40": a price for each; only with a result behind it a calculation. */
export const EACH = gap(String.raw`@|at|zu(?:\sje)?|je|a|each at|chacun a`);
export const PLUS = gap(String.raw`\+|plus|zuzuglich|mas`);
export const MINUS = gap(String.raw`[−–]|(?<=\s)-(?=\s)|minus|less|abzuglich|moins|menos`);
export const DIVIDED = gap(String.raw`[÷/]|(?<=\s):(?=\s)|divided by|geteilt durch|divise par|dividido (?:por|entre)`);
/** "30 % of $400". */
export const SHARE_OF = /^\s?(?:of|von|vom|der|des|de|du|del)\s(?:the|der|den|la|le|les|el|los)?\s?(?:[a-z-]+\s){0,2}$/u;
export const EQUALS = gap(String.raw`\)?\s?=|\)?\s?≈`);
/** Words of a result; behind sure signs only. */
export const MAKES = gap(
  String.raw`,?\s?(?:is|are|makes?|gives?|comes? to|totals?|totall?ing|adds? up to|for a total of|in total|ergibt|ergeben|macht|sind|insgesamt|zusammen|soit|font|donne|au total|son|da|hacen|en total|→|=>|->)`,
);

/** Between a monthly and a yearly figure of the same cost: "$100/month ($1,200/year)". */
export const SAME_AMOUNT =
  /^\s?(?:[([]\s?|[,;:=≈→/|–—-]\s?|=>\s?|->\s?)*(?:or|i\.e\.,?|that is|that's|which is|which makes|makes|making|meaning|so|thus|hence|about|roughly|~|≈|equals|equivalent to|and|das sind|d\.\s?h\.|also|oder|bzw\.?|und|entspricht|ergibt|macht|rund|ca\.?|soit|c'est-a-dire|donc|ou|es decir|o sea|o|lo que son|son|equivale a|=|→|\s|,)*(?:[([]\s?|=\s?|~\s?|≈\s?)*$/u;
/** An offer to pay for a year at once; who takes it pays less. */
export const PREPAID =
  /\b(?:billed|prepaid|prepay\w*|upfront|commitments?|committed|reserved|discount\w*|annual (?:plan|billing|payment)|(?:if|when) paid|paid (?:annually|yearly|up front)|jahreszahlung|jahrlich(?:er)? (?:gezahlt|zahlung)|vorauszahlung|rabatt\w*|engagement|remise|paiement annuel|pago anual|descuento\w*|facturad\w+)\b/;
export const OFFERED_EITHER = /(?:^|\s)(?:or|oder|bzw\.?|ou|o)(?:\s|$)/;

/** From a first figure to a second one. */
export const TO =
  /^(?:\s?\/?\s?(?:per\s|pro\s|par\s|por\s|a\s|im\s|al\s)?[a-z.]{0,12})?[,;]?\s?(?:to|down to|up to|auf|nach|zu|a|hasta|jusqu'a|vers)\s(?:about\s|around\s|roughly\s|ca\.?\s|etwa\s|rund\s|environ\s|unos\s|unas\s|~\s?|≈\s?)?$/u;
export const ARROW = /^(?:\s?\/?\s?[a-z./ ]{0,24})?\s?(?:→|➜|⇒|->|=>)\s?(?:about\s|ca\.?\s|~\s?|≈\s?)?$/u;
export const FROM_BEFORE =
  /(?:^|[\s(])(?:from|von|de|du|desde|d')\s?(?:about\s|around\s|roughly\s|ca\.?\s|etwa\s|rund\s|environ\s|unos\s|unas\s|currently\s|heute\s|~|≈)?\s?$/u;
export const INSTEAD =
  /^(?:\s?\/?\s?[a-z./]{0,12}){0,5}[,;(]?\s?(?:instead of|rather than|compared (?:to|with)|versus|vs\.?|against|statt|anstatt|anstelle von|gegenuber|verglichen mit|au lieu de|contre|par rapport a|en lugar de|en vez de|frente a|en comparacion con)\s(?:about\s|the\s|today's\s|currently\s|ca\.?\s|bisher\s|heute\s|bislang\s|~|≈)?$/u;

/** "Instead of $800 we pay $600". */
export const INSTEAD_OF =
  /(?:^|[\s(])(?:instead of|rather than|statt|anstatt|anstelle von|au lieu de|en lugar de|en vez de)\s(?:the\s|today's\s|bisher\s|heute\s|ca\.?\s|~)?$/u;

/** Right behind a percentage or an amount: that it is the difference of two. */
export const LESS_AFTER =
  /^\s?(?:\/?\s?(?:per\s|a\s|pro\s|im\s|par\s|por\s|al\s)?(?:month|year|mo|yr|monat|jahr|mois|an|mes|ano)\s)?(?:less|cheaper|lower|savings?|saved|reduction|decrease|fewer|drop|cut|smaller|faster|weniger|gunstiger|billiger|niedriger|einsparung|ersparnis|gespart|senkung|reduktion|kleiner|de moins|moins|d'economies?|de reduction|d'ecart|de baisse|menos|mas barato|de ahorro|de reduccion|mas bajo)(?![a-z])/u;
export const MORE_AFTER =
  /^\s?(?:\/?\s?(?:per\s|a\s|pro\s|im\s|par\s|por\s|al\s)?(?:month|year|mo|yr|monat|jahr|mois|an|mes|ano)\s)?(?:more|higher|increase|dearer|growth|mehr|teurer|hoher|anstieg|zuwachs|de plus|plus cher|d'augmentation|de hausse|mas|mas caro|de aumento)(?![a-z])/u;
/** Right in front of it. */
export const LESS_BEFORE =
  /(?:(?:savings?|saves?|saving us|saved|save|reduction|decrease|drop|cut)(?:\sof|:|\sis|\sby|\sus)?|(?:falls?|drops?|fell|cuts?|reduc\w+|lower\w*|down|decreas\w+|shrinks?|sinkt|fallt|senkt|sinken|reduziert|gesenkt|baisse|diminue|reduit|reduc\w+|baja|cae)\s(?:[a-z]+\s){0,4}by|(?:^|\s)um|(?:ersparnis|einsparung|senkung|differenz|difference|spart|gespart|wir sparen|economie|economies|economise|ecart|reduction|ahorro|ahorra|ahorramos|reduccion|diferencia)(?:\s(?:von|de|del|of|d'environ|um)|:|\sus|\suns)?|de un|d'environ|[(,;:]\s?[-−–]|[(]\s?(?:a|eine)?|[↓])\s?(?:about|roughly|around|almost|nearly|over|ca\.?|etwa|rund|fast|knapp|environ|pres de|unos|casi|~|≈|of)?\s?$/u;
export const MORE_BEFORE =
  /(?:(?:increase|rise|growth|jump)(?:\sof|:|\sis|\sby)?|(?:rises?|grows?|increases?|up|steigt|wachst|erhoht|augmente|monte|sube|crece)\s(?:[a-z]+\s){0,4}(?:by|um|de)|(?:anstieg|zuwachs|augmentation|hausse|aumento|incremento)(?:\s(?:von|de|del)|:)?|[(,;:]\s?[+]|[↑])\s?(?:about|roughly|ca\.?|etwa|rund|environ|unos|~|≈)?\s?$/u;

/** "3 times cheaper", "a third of the price", "half the cost". */
export const TIMES_AS =
  /^\s?(?:x|×|-?fold|times|mal|fach|fois|veces)\s?(?:as\s|so\s|plus\s|mas\s)?(?:cheap(?:er)?|less|lower|faster|quicker|small(?:er)?|expensive|more|higher|cost\w*|large|larger|gunstiger|billiger|weniger|schneller|kleiner|teurer|hoher|mehr|moins|cher|chere|chers|rapide|petit|barato|caro|menos|rapido|grande|reduction|saving|teuer|gunstig|schnell)(?![a-z])/u;

/** Rows that are taken off a sum although no minus stands in front. */
export const CREDIT = wordTest([
  "credit*",
  "discount*",
  "rebate*",
  "refund*",
  "gutschrift*",
  "rabatt*",
  "nachlass*",
  "erstattung*",
  "remise*",
  "avoir",
  "rabais",
  "descuento*",
  "credito*",
  "bonificacion*",
]);
/** Columns whose figures are no parts of a whole. */
export const NO_SUM = wordTest([
  "avg",
  "average",
  "mean",
  "max",
  "min",
  "peak",
  "latency",
  "p50",
  "p95",
  "p99",
  "rate",
  "ratio",
  "percent*",
  "%",
  "version",
  "port",
  "ttl",
  "week",
  "weeks",
  "date",
  "day",
  "start",
  "end",
  "rank",
  "priority",
  "price per*",
  "cost per*",
  "per user",
  "per unit",
  "unit",
  "threshold",
  "limit",
  "durchschnitt*",
  "mittel",
  "woche",
  "datum",
  "anteil",
  "moyenne",
  "semaine",
  "date",
  "promedio",
  "media",
  "semana",
  "fecha",
]);
export const DIFFERENCE = wordTest([
  "saving*",
  "saved",
  "difference",
  "diff",
  "delta",
  "δ",
  "change",
  "reduction",
  "ersparnis*",
  "einsparung*",
  "differenz*",
  "anderung",
  "ecart",
  "economie*",
  "gain",
  "ahorro*",
  "diferencia",
  "variacion",
]);
/** Headings of the same in percent. */
export const CHANGE_PERCENT = /(?:%|percent|prozent|pour cent|por ciento)/;
export const MONTHLY = wordTest(["month*", "per month", "/mo", "monat*", "pro monat", "mtl*", "mensuel*", "mois", "par mois", "mensual*", "mes", "al mes"]);
/** Rows of scores that are weighed before they are added. */
export const WEIGHTED = wordTest(["weighted", "gewichtet*", "gewichtung", "pondere*", "ponderad*", "score", "scores", "punkte", "points", "puntos"]);

/** A year named beside an amount that has no period of its own, or in front of it. */
export const A_YEAR =
  /(?<![a-z])(?:per year|a year|each year|yearly|annually|annual|over (?:a|the|one) year|(?:over|in) (?:twelve|12) months|im jahr|pro jahr|auf das jahr|aufs jahr|jahrlich\w*|jahresersparnis|in zwolf monaten|par an|annuel\w*|sur un an|sur douze mois|al ano|por ano|anual\w*|en doce meses)(?![a-z])/u;
export const A_MONTH =
  /(?<![a-z])(?:per month|a month|each month|monthly|im monat|pro monat|monatlich\w*|par mois|mensuel\w*|al mes|por mes|mensual\w*)(?![a-z])/u;
/** "That is … a year": the amount before it. */
export const THAT_IS =
  /^\W*(?:(?:so|and|und|et|y)\s)?(?:(?:per|a|over the|over a|im|pro|auf das|par|sur un|al|por)\s(?:whole\s)?(?:year|jahr|an|ano)(?:\s(?:gerechnet))?,?\s)?(?:that's|that is|that makes|this is|this makes|which is|sind das|ist das|das sind|das ist|das macht|macht das|cela fait|cela represente|soit|c'est|son|eso es|eso son|lo que supone|es decir)(?![a-z])/u;
export const SAVES_MONEY =
  /(?<![a-z])(?:sav(?:e|es|ed|ing|ings)|keep|less|cheaper|lower|gives us|frees?|gain|spar(?:en|t)|ersparnis\w*|einspar\w*|gespart|gunstiger|weniger|billiger|economi\w+|gagn\w+|moins|ahorr\w*|menos)(?![a-z])/u;
/** Percentages of a part: a discount, a service among others. */
export const OF_A_PART =
  /(?<![a-z])(?:discount\w*|coupon\w*|reserved|reservations?|spot|commit\w*|savings plans?|rabatt\w*|remise\w*|engagement\w*|descuento\w*|could we|up to|if we|would|bis zu|konnten|jusqu'a|pourrait|hasta|podria|cpu|latency|traffic|users|requests|errors?|storage|disk|time|p95|p99)(?![a-z])/u;
export const PAYS_BACK = wordTest([
  "payback",
  "pay back",
  "paid back",
  "pays back",
  "pays for itself",
  "pay for itself",
  "paid for itself",
  "come back",
  "comes back",
  "recoup*",
  "recover*",
  "earn* back",
  "break even after",
  "breaks even after",
  "return on investment",
  "amortis*",
  "amortiz*",
  "amortisation*",
  "rentabilis*",
  "rentre dans",
  "retour sur investissement",
  "recuper*",
  "plazo de recuperacion",
  "eingespielt",
  "refinanziert",
]);
/** Money that is paid once. */
export const PAID_ONCE = wordTest([
  "once",
  "one off",
  "one time",
  "onetime",
  "upfront",
  "up front",
  "project",
  "investment",
  "migration cost*",
  "cost of the move",
  "cost of the migration",
  "leaves the house",
  "implementation",
  "engineering effort",
  "einmal*",
  "projekt*",
  "investition*",
  "umzugskosten",
  "migrationskosten",
  "investissement*",
  "une fois",
  "unique",
  "prestation",
  "projet",
  "inversion*",
  "una vez",
  "unico",
  "unica",
  "proyecto",
]);
/** A result of the amounts before it. */
export const PUT_TOGETHER =
  /(?<![a-z])(?:put together|taken together|together|altogether|all in all|in all|in total|adds? up to|sums? up to|comes to|makes|that is an even|zusammen|insgesamt|in summe|alles in allem|macht|au total|en tout|en total|en conjunto|todo junto|suma|suman)(?![a-z])/u;
export const PUT_TOGETHER_AT_END =
  /(?<![a-z])(?:together|altogether|all in all|in all|in total|all told|zusammen|insgesamt|alles in allem|au total|en tout|en total)\W*$/u;
export const FOR_EACH =
  /^\s?(?:\/?\s?(?:per |a |pro |im |par |al )?(?:month|year|monat|jahr|mois|an|mes|ano)\s?)?(?:each|apiece|per (?:seat|user|node|server|instance|unit|hour|day)|je (?:stuck|server|knoten)|pro (?:stuck|server|knoten|nutzer|tag|stunde)|jeweils|chacun\w*|par (?:jour|serveur|utilisateur|heure)|cada un\w*|por (?:dia|hora|usuario|servidor))(?![a-z])/u;
