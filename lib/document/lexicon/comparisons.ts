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
    beyond | past | exceed | exceeds | exceeded | exceeding | in excess of | surpass | surpasses | surpassing | passes | crosses | outgrows |
    outgrow | tops | gt | mehr als | grosser als | großer als | alter als | hoher als | langer als | langsamer als | uber | oberhalb |
    oberhalb von | ubersteigt | ubersteigen | uberschreitet | uberschreiten | plus de | plus d' | plus grand que | superieur a | superieure a |
    superieurs a | superieures a | au-dessus de | au dela de | au-dela de | depasse | depassent | depassant | excede | excedent | mas de |
    mayor que | mayor a | mayores que | superior a | superior al | superiores al | mayor al | superieur au | superieure au | au-dessus du |
    au-dessus des | superiores a | supera | superan | supere | superen | sobrepasa | excede de | exceda | excedan | por encima de`),
  ">=": words(`
    at least | no less than | not less than | no fewer than | not below | not under | minimum of | minimum | min | min. | reach | reaches |
    reached | reaching | hit | hits | hitting | starting at | starting from | gte | mindestens | wenigstens | mind. | nicht weniger als |
    nicht unter | ab | erreicht | erreichen | au moins | au minimum | pas moins de | a partir de | atteint | atteignent | atteignant | al menos |
    por lo menos | como minimo | minimo | minimo de | no menos de | alcanza | alcanzan | alcance | alcancen | llega a | llegan a | llegue a`),
  "<": words(`
    less than | fewer than | lower than | smaller than | shorter than | faster than | better than | under | below | beneath | lt | weniger als |
    kleiner als | niedriger als | geringer als | kurzer als | schneller als | unter | unterhalb | unterhalb von | unterschreitet | moins de |
    moins d' | inferieur a | inferieure a | inferieurs a | inferieures a | au-dessous de | en dessous de | sous | sous les | menos de |
    menor que | menor a | menores que | inferior a | inferior al | menor al | inferieur au | inferieure au | en dessous du | au-dessous du |
    inferiores a | por debajo de | bajo`),
  "<=": words(`
    at most | no more than | not more than | not over | not above | up to | maximum of | maximum | max | max. | lte | hochstens | maximal |
    nicht mehr als | nicht uber | bis zu | au plus | au maximum | pas plus de | jusqu'a | maximum de | a lo sumo | como maximo | maximo |
    maximo de | no mas de | hasta`),
  approaches: words(`
    approaching | approach | approaches | nearing | nears | near | close to | nahert sich | nahern sich | nahe an | nahe | approche |
    approche de | approchent | s'approche de | s'approchent de | proche de | se acerca a | se acercan a | se acerque a | cerca de | proximo a`),
  is: words("exactly | equal to | equals | genau | exactement | egal a | exactamente | igual a"),
};

/** After the limit: "5 or more", "100 GB uberschritten". */
export const AFTER: Record<">" | ">=" | "<" | "<=", readonly string[]> = {
  ">": words(`
    exceeded | is exceeded | are exceeded | uberschritten | uberschreitet | ubersteigt | ubersteigen | depasse | depasses | superado | superados`),
  ">=": words(`
    or more | or higher | or above | or greater | or over | or longer | and above | and up | and more | and over | plus | minimum | is reached |
    are reached | reached | oder mehr | oder hoher | oder daruber | und mehr | und daruber | erreicht | erreichen | ou plus | et plus |
    ou davantage | atteints | o mas | y mas | o superior | en adelante | alcanzados`),
  "<": [],
  "<=": words(`
    or less | or fewer | or lower | or below | or under | or shorter | or faster | and below | at most | max | maximum | oder weniger |
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
    then | than | our | your | its | as much as | a total of | a mark of | a rate of`);

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
