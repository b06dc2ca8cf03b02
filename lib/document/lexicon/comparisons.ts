/*
 * Words that compare a value with a limit, in English, German, French and Spanish, as they are written in front of the
 * limit or after it. Lower case without accents; a blank stands for any blanks.
 */

import { words } from "./words";

export type Comparison = ">" | ">=" | "<" | "<=" | "approaches" | "is";

/** In front of the limit: "more than 5", "mindestens 5". */
export const BEFORE: Record<Comparison, readonly string[]> = {
  ">": words(`
    more than | greater than | higher than | larger than | bigger than | longer than | older than | slower than | worse than | over | above |
    beyond | past | exceed | exceeds | exceeded | exceeding | in excess of | surpass | surpasses | surpassed | surpassing | pass | passes | passed |
    passing | cross | crosses | crossed | crossing | outgrows | outgrow | top | tops | topped | topping | north of | overshoots | breaches |
    any more than | gt | jenseits von | jenseits der | jenseits | ubertrifft | ubertreffen | reisst | sprengt | grosser | großer | hoher | mehr als | grosser als | großer als | alter als | hoher als | langer als | langsamer als | uber | oberhalb |
    oberhalb von | ubersteigt | ubersteigen | uberschreitet | uberschreiten | plus de | plus d' | plus grand que | superieur a | superieure a |
    superieurs a | superieures a | franchit | franchissent | franchisse | franchissait | outrepasse | au-dessus de | au dela de | au-dela de | depasse | depassent | depassant | excede | excedent | mas de |
    mayor que | mayor a | mayor de | mayores que | superior a | superior al | superiores al | mayor al | superieur au | superieure au | au-dessus du |
    au-dessus des | au-dela du | au-dela des | superiores a | supera | superan | supere | superen | sobrepasa | sobrepasan | sobrepase | rebasa | rebasan | rebase | rebasen | pasa de | pasan de | pase de | pasen de | pasa del | pase del | pasan del | pasen del | mayor del | superior del | excede de | exceda | excedan | por encima de`),
  ">=": words(`
    at least | no less than | not less than | no fewer than | no lower than | no smaller than | not lower than | not below | not under | at or above | at or over |
    greater than or equal to | more than or equal to | equal to or greater than | equal or greater than | upwards of | minimum of | minimum | min | min. | reach | reaches |
    reached | reaching | hit | hits | hitting | touches | gets to | get to | grows to | grow to | climbs to | rises to | increases to | goes up to | arrives at |
    starting at | starting from | gte | mindestens | wenigstens | mind. | grosser oder gleich | großer oder gleich | grosser gleich | großer gleich | steigt auf | steigen auf | wachst auf | klettert auf | anstieg auf | nicht weniger als |
    nicht unter | ab | erreicht | erreichen | knackt | knacken | au moins | au minimum | pas moins de | a partir de | a partir du | superieur ou egal a | superieure ou egale a | monte a | grimpe a | passe a | passent a | atteigne | atteint | atteignent | atteignant | al menos |
    por lo menos | como minimo | minimo | minimo de | no menos de | mayor o igual que | mayor o igual a | igual o superior a | igual o mayor que | a partir de los | a partir de las | a partir del | sube a | suba a | alcanza | alcanzan | alcance | alcancen | llega a | llegan a | llegue a`),
  "<": words(`
    less than | fewer than | lower than | south of | short of | inside | in under | smaller than | shorter than | faster than | better than | under | below | beneath | lt | weniger als |
    kleiner als | niedriger als | geringer als | kurzer als | schneller als | unter | unterhalb | unterhalb von | unterschreitet | unterschreiten | kleiner | geringer | niedriger | weniger | moins de |
    moins d' | inferieur a | inferieure a | inferieurs a | inferieures a | au-dessous de | en dessous de | sous | sous les | sous la barre de | sous la barre des | sous le seuil de | passe sous | tombe sous | menos de |
    menor que | menor a | menor de | menor del | menores que | inferior a | inferior al | menor al | inferieur au | inferieure au | en dessous du | au-dessous du |
    inferiores a | por debajo de | por debajo del | baja de | bajan de | baje de | bajen de | baja del | baje del | bajo`),
  "<=": words(`
    at most | at the most | no more than | not more than | no longer than | no higher than | no greater than | no larger than | no worse than | no slower than |
    no later than | at or below | at or under | less than or equal to | fewer than or equal to | lower than or equal to | equal to or less than |
    equal or less than | not over | not above | capped at | up to | maximum of | maximum | max | max. | lte | hochstens | maximal | kleiner oder gleich | kleiner gleich | nicht langer als | nicht hoher als | nicht grosser als | nicht großer als | drops to | falls to | sinkt auf |
    fallt auf |
    nicht mehr als | nicht uber | bis zu | au plus | au maximum | inferieur ou egal a | inferieure ou egale a | tombe a | descend a | pas plus de | jusqu'a | maximum de | a lo sumo | como maximo | menor o igual que | menor o igual a | igual o inferior a | baja a | cae a | maximo |
    maximo de | no mas de | hasta`),
  approaches: words(`
    approaching | approach | approaches | nearing | nears | near | close to | nahert sich | nahern sich | nahe an | nahe | approche |
    approche de | approchent | s'approche de | s'approchent de | proche de | se acerca a | se acercan a | se acerque a | cerca de | proximo a`),
  is: words("exactly | equal to | equals | genau | exactement | egal a | exactamente | igual a"),
};

/** After the limit: "5 or more", "100 GB uberschritten". */
export const AFTER: Record<">" | ">=" | "<" | "<=", readonly string[]> = {
  ">": words(`
    exceeded | is exceeded | are exceeded | is passed | are passed | is crossed | are crossed | knackt | knacken | uberschritten | uberschreitet | ubersteigt | ubersteigen | depasse | depasses | superado | superados`),
  ">=": words(`
    or more | or higher | or above | or worse | or beyond | upwards | or greater | or over | or longer | and above | and up | and more | and over | plus | minimum | is reached |
    are reached | reached | oder mehr | oder hoher | oder daruber | und mehr | und daruber | erreicht | erreichen | ou plus | et plus |
    ou davantage | atteints | o mas | y mas | o superior | en adelante | alcanzados`),
  "<": words("unterschritten | unterschreitet | unterschreiten"),
  "<=": words(`
    or less | or fewer | or better | or sooner | or earlier | nicht uberschreitet | nicht uberschreiten | nicht ubersteigt |
    nicht ubersteigen | or lower | or below | or under | or shorter | or faster | and below | at most | max | maximum | oder weniger |
    oder darunter | oder niedriger | ou moins | o menos | o inferior | como maximo`),
};

/** Words that turn a comparison round: "does not exceed". */
export const NEGATIONS = words("not | never | nicht | nie | kein | keine | pas | ne | n' | jamais | no | nunca | without | ohne | sans | sin");

/** Signs, longest first. */
export const SIGNS: readonly (readonly [sign: string, op: Comparison])[] = [
  [">=", ">="],
  ["<=", "<="],
  ["=<", "<="],
  ["≥", ">="],
  ["⩾", ">="],
  ["≤", "<="],
  ["⩽", "<="],
  ["==", "is"],
  [">", ">"],
  ["＞", ">"],
  ["<", "<"],
  ["＜", "<"],
  ["=", "is"],
];

/** Words between the comparison and its limit that say nothing: "about", "a", "of". */
export const FILLERS = words(`
    about | around | approximately | approx | approx. | roughly | circa | ca. | ca | a | an | the | of | etwa | rund | ungefahr | die | der |
    den | dem | das | el | un | una | une | du | von | environ | de | les | la | le | unos | unas | los | las | alrededor de | aproximadamente |
    then | than | mark of | threshold of | limit of | level of | ceiling of | marke von | schwelle von | grenze von | barre de | barre des | cap de | cap des | seuil de |
    seuil des | umbral de | umbral del | barrera de | marca de | our | your | its | as much as | a total of | a mark of | a rate of`);

/** Fillers and signs that say the limit is not exact. */
export const APPROXIMATE = words(`
    ~ | ≈ | about | around | approximately | approx | roughly | circa | ca | etwa | rund | ungefahr | environ | unos | unas | alrededor |
    aproximadamente`);

/** Words for "for a while" that give no length. */
export const LASTING = words(`
    consistently | regularly | sustained | persistently | persistent | continuously | constantly | repeatedly | frequently | permanently |
    routinely | on a regular basis | over a sustained period | for a while | dauerhaft | regelmassig | regelmaßig | standig | anhaltend |
    wiederholt | durchgehend | konstant | durablement | regulierement | constamment | en permanence | de facon soutenue | de maniere soutenue |
    de facon durable | de facon continue | sostenido | sostenida | de forma sostenida | de manera sostenida | regularmente | constantemente |
    de forma constante | continuamente | repetidamente`);

/** Words in front of a stretch of time during which a condition holds: "for 5 min", "over 30 days". */
export const DURING = words(`
    for | over | in | within | during | across | sustained for | lasting | in any | in a | per | longer than | in the first | in the last |
    for the first | wahrend | fur | uber | innerhalb von | innerhalb | binnen | in | lang | pendant | durant | sur | en | pendant plus de |
    durante | por | en un plazo de | durante mas de`);
