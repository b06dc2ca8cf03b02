import { type ConditionMention, findConditions } from "../grammar/condition";
import { metricNear, metricOf } from "../grammar/metric-names";
import { findQuantities, type Quantity } from "../grammar/quantity";
import { LEFT_OVER, type PlaceKind } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import { BREACHED, levelOf, moreIsBetter } from "./limit-words";
import type { Place } from "./triggers-places";
import { saysItself } from "./triggers-places";
import type { Statement } from "./triggers-statements";

/* Which comparisons and numbers of a statement are limits, by the place it stands in. Pure. */

/** Kinds in whose lists a number without a comparison is a limit: "50k users: two servers". */
export const BARE: ReadonlySet<PlaceKind> = new Set(["migrate", "block", "justify", "review"]);

/** The comparisons of a text that count in its place. */
export function mentionsIn(part: string, statement: Statement, place: Place): ConditionMention[] {
  const found = findConditions(part).filter((mention) => counts(mention, part, place, statement.form, statement.around[0]?.text));
  const extra = unsaid(part, statement, place, found).filter((mention) => counts(mention, part, place, statement.form, statement.around[0]?.text));
  const all = [...found, ...extra].sort((a, b) => a.start - b.start);
  const outside = all.filter((mention) => !inParentheses(part, mention.start));
  const bare = outside.length === 0 ? (bareLimit(part, statement, place) ?? bareValue(part, statement, place)) : null;
  const counted = all.filter((mention) => outside.includes(mention) || (outside.length === 0 && bare === null) || introduced(part, mention.start));
  return bare === null ? counted : [bare, ...counted.filter((mention) => mention.start >= bare.end)];
}

/** Limits that are said without a comparison, as is usual for the kind of place. */
function unsaid(part: string, statement: Statement, place: Place, found: readonly ConditionMention[]): ConditionMention[] {
  if (place.kind === "alert") return [...levelsIn(part, statement, found), ...outages(part, found)];
  if (place.kind === "rollback" || place.kind === "watch") return outages(part, found);
  if (found.length > 0) return [];
  return VALUED.has(place.kind) ? deadlines(part) : arrivals(part, place);
}

/** "warn at 70 %, critical at 85 %", "Slack at 300 connections": numbers behind a word of their level, on the side that is bad. */
function levelsIn(part: string, { form, lead, around }: Statement, found: readonly ConditionMention[]): ConditionMention[] {
  const listed = form !== "sentence" && levelOf(lead ?? "", around.slice(0, 1)) !== null;
  return findQuantities(part).flatMap((one, i, all) => {
    const timed = isTime(one) && !(one.unit === "ms" || one.unit === "s");
    if (timed || found.some((mention) => mention.start <= one.start && one.start < mention.end)) return [];
    const near = part.slice(all[i - 1]?.end ?? 0, one.start);
    const level =
      LEVEL_BEFORE.test(normalise(near)) || (levelOf(near, []) !== null && /(?:^|[\s(])(?:at|from|bei|ab|à|a|al|en|desde|dès|=|:)\s?~?$/iu.test(near));
    // "checkout errors 0.5 % / 1.5 %": the two levels side by side.
    const paired = form !== "sentence" && isPaired(part, all, i);
    if (!level && !paired && isTime(one)) return [];
    const after = /^\s?\((?:warn|crit|warnung|kritisch|avertissement|critique|aviso|critico|crítico)/iu.test(part.slice(one.end, one.end + 20));
    // "Warning: CPU 70 %, disk 80 %", "red CPU 90 %": a quantity and its value.
    const valued =
      form !== "sentence" &&
      (listed || levelOf(near, []) !== null) &&
      metricNear(part, asMention(one, part, ">"), all[i - 1]?.end ?? 0, one.end)?.known === true;
    if (!level && !after && !valued && !paired) return [];
    const key = LEFT_OVER.test(normalise(part)) ? "free" : (metricNear(part, asMention(one, part, ">"), 0, one.end)?.key ?? "");
    return [asMention(one, part, moreIsBetter(key) && !/users|customers|requests/.test(key) ? "<" : ">")];
  });
}

/** Whether a quantity is one of two that a slash parts, of the same unit. */
function isPaired(part: string, all: readonly Quantity[], i: number): boolean {
  const joined = (one: Quantity | undefined, other: Quantity | undefined) =>
    one !== undefined && other !== undefined && one.unit !== null && one.unit === other.unit && /^\s?\/\s?$/.test(part.slice(one.end, other.start));
  return joined(all[i], all[i + 1]) || joined(all[i - 1], all[i]);
}

/** "no heartbeat for 60 s", "VM unreachable for 2 minutes": out of order for longer than that. */
function outages(part: string, found: readonly ConditionMention[]): ConditionMention[] {
  return findQuantities(part).flatMap((one) =>
    isTime(one) && !found.some((mention) => mention.start <= one.start && one.start < mention.end) && OUT_FOR.test(normalise(part.slice(0, one.start)))
      ? [asMention(one, part, ">")]
      : [],
  );
}

/** "down for", "no heartbeat for": what follows is how long something may be out of order. */
export const OUT_FOR =
  /(?<![\p{L}])(?:down|unreachable|unavailable|offline|unhealthy|unresponsive|not (?:responding|reachable|available)|missing|failing|stopped|(?:no|without) [\p{L}-]+(?: [\p{L}-]+)?|nicht (?:erreichbar|verfugbar)|ausgefallen|indisponible|injoignable|en panne|hors service|caid[oa]|inaccesible|no disponible) (?:for|since|fur|seit|depuis|pendant|durante|desde hace)(?: a| at least| over)?$/u;

/** "finishes within 45 minutes" among what must be reached. */
function deadlines(part: string): ConditionMention[] {
  return findQuantities(part).flatMap((one) => (isTime(one) && TAKES_WITHIN.test(normalise(part.slice(0, one.start))) ? [asMention(one, part, "<=")] : []));
}

const TAKES_WITHIN =
  /(?<![\p{L}])(?:takes?|finish(?:es|ed)?|complet(?:es?|ed)|ends?|done|loads?|responds?|recover(?:s|ed|y)?|restor(?:es?|ed)|starts?|deploys?|answered|resolved|fertig|abgeschlossen|beendet|wiederhergestellt|termine|acheve|retabli|restaure|termina|completa|restaura)(?: [\p{L}-]+){0,2} (?:within|innerhalb(?: von)?|binnen|en|dans les|dans un delai de|dentro de|en un plazo de)$/u;

const LEVEL_BEFORE =
  /(?:warn(?:ing|s)?|critical|crit|page|alert|alarm|yellow|amber|orange|red|gelb|rot|orange|rouge|amarillo|rojo|warnung|kritisch|avertissement|alerte|critique|aviso|alerta|critico)\s?(?:at|bei|ab|from|a|en|al|:|=)?\s?~?$/u;

/** "we move at 500 users", "look again at 250 GB": a sentence that says when, with a number instead of a comparison. */
function arrivals(part: string, place: Place): ConditionMention[] {
  if (!BARE.has(place.kind) || !saysItself(place)) return [];
  return findQuantities(part).flatMap((one) =>
    one.unit !== null &&
    !isTime(one) &&
    /(?:^|\s)(?:at|ab|bei|à|a partir de|à partir de|desde|auf|from)\s(?:about\s|around\s|etwa\s|rund\s|environ\s|unos\s)?~?$/iu.test(part.slice(0, one.start))
      ? [asMention(one, part, ">=")]
      : [],
  );
}

/** Places whose values are to be reached, not kept clear of. */
export const VALUED: ReadonlySet<PlaceKind> = new Set(["success", "target", "goal"]);

/** "Availability: 99.95 %" among values to reach: at least or at most, as is good for the quantity. */
function bareValue(part: string, { lead, form }: Statement, place: Place): ConditionMention | null {
  if (!VALUED.has(place.kind) || form === "sentence" || place.by.nearness === "above" || /(?:→|->|=>)/.test(part)) return null;
  const [one, ...more] = findQuantities(part).filter((quantity) => !inParentheses(part, quantity.start));
  if (one === undefined || one.high !== null) return null;
  // "Availability: 99.9 %", "availability of 99.9 %".
  const of = /^(.{3,60}?)\s(?:of|von|de|d'|del)\s$/iu.exec(part.slice(0, one.start))?.[1];
  if (of === undefined && lead === null && one.unit === "percent" && more.length === 0) {
    // "Achieve 99.95 % uptime": of what is good when there is much of it.
    const reached = metricNear(part, asMention(one, part, ">="));
    return reached?.known === true && moreIsBetter(reached.key) ? asMention(one, part, ">=") : null;
  }
  if (of === undefined && (lead === null || one.start < lead.length || one.start > lead.length + 24)) return null;
  const metric = metricOf(of ?? lead ?? "", one.unit);
  if (metric?.known !== true || more.length > (of === undefined ? 1 : 0)) return null;
  return asMention(one, part, moreIsBetter(metric.key) ? ">=" : "<=");
}

const OF_BUDGET = /(?<![\p{L}])(?:budgets?|presupuesto)(?![\p{L}])/u;

/** A comparison that says how large something is, or how long the way back takes, decides nothing. */
function counts(mention: ConditionMention, part: string, place: Place, form: Statement["form"], heading = ""): boolean {
  // "Eight processes use at most 120 of those 200": how things are.
  if ((place.kind === "alert" || place.kind === "watch") && mention.op === "<=" && form === "sentence") return false;
  // "Budget 500 €, warning at 80 %": a share of the budget, which is read with it.
  if (place.kind === "alert" && mention.unit === "percent" && OF_BUDGET.test(normalise(`${part} ${heading}`))) return false;
  const words = normalise(part.slice(mention.start, mention.end));
  const growing = place.kind === "migrate" || place.kind === "justify" || place.kind === "review";
  if (growing && mention.op === "<=" && /^(?:up to|max|bis zu|jusqu|hasta)/.test(words)) return false;
  if (mention.op === "is" && !VALUED.has(place.kind) && place.kind !== "watch") return false;
  const time = ["s", "minutes", "hours", "days", "weeks", "months", "years"].includes(mention.unit ?? "");
  if (time && place.kind === "rollback" && mention.op !== ">" && mention.op !== ">=" && TAKES.test(normalise(part))) return false;
  if (time && place.kind === "rollback" && BREACHED.test(normalise(part)) && FOR.test(normalise(part.slice(0, mention.start)))) return false;
  return !(mention.op === "<=" && mention.unit === "months");
}

/** "any of these for more than 5 minutes": how long other limits are breached. */
const FOR = /(?:^|\s)(?:for|during|fur|wahrend|pendant|durant|durante|por)$/;
const TAKES =
  /(?<![\p{L}])(?:takes?|taking|completes?|completed|finish(?:es)?|estimated|duration|time to roll ?back|rto|dauert|dauer|dure|duree|tarda|duracion|ttl|objective|zielzeit|objectif|objetivo)(?![\p{L}])/u;

function inParentheses(text: string, at: number): boolean {
  const open = text.lastIndexOf("(", at);
  return open !== -1 && text.indexOf(")", open) > at;
}

/** "(when it would cost $800+)": the parenthesis is a condition of its own. */
function introduced(text: string, at: number): boolean {
  const open = text.lastIndexOf("(", at);
  return open !== -1 && /^\(\s?(?:when|if|once|or|i\.e\.|wenn|sobald|oder|quand|si|lorsque|ou|cuando|o)\s/i.test(text.slice(open, open + 12));
}

/** The first number of a point in a list of limits, where it has no comparison. */
function bareLimit(part: string, { form, lead }: Statement, place: Place): ConditionMention | null {
  const { nearness } = place.by;
  if (!BARE.has(place.kind) || nearness === "cue" || nearness === "above") return null;
  // "Break-even point: ~100K users" is a point wherever it stands, a number in a sentence is none.
  if (form === "sentence" && nearness !== "lead") return null;
  const one = findQuantities(part).find((quantity) => !inParentheses(part, quantity.start));
  if (one === undefined || isTime(one)) return null;
  if (one.unit === null && !(lead !== null && one.start >= lead.length)) return null;
  if (one.currency !== null && (lead === null || one.start < lead.length)) return null;
  return asMention(one, part, place.kind === "block" ? "<" : ">=");
}

const isTime = (one: { unit: string | null }) => ["ms", "s", "minutes", "hours", "days", "weeks", "months", "years"].includes(one.unit ?? "");

/** A quantity as a limit with a comparison of its place. */
export function asMention(one: Quantity, text: string, op: ConditionMention["op"]): ConditionMention {
  const approximate = /[~≈]\s?$/.test(text.slice(Math.max(0, one.start - 2), one.start));
  const { start, end, value, unit, currency } = one;
  return { start, end, valueStart: start, op, value, high: null, unit, money: currency !== null, currency, for: null, forText: null, approximate };
}
