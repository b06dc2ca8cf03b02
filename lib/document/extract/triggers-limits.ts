import { type ConditionMention, findConditions } from "../grammar/condition";
import { findDurations } from "../grammar/duration";
import { componentOf, type MetricName, metricNear, metricOf, percentileOf } from "../grammar/metric-names";
import { findQuantities } from "../grammar/quantity";
import type { PlaceKind } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import { BARE, mentionsIn, OUT_FOR, VALUED } from "./limit-mentions";
import { BREACHED, healthy, levelOf } from "./limit-words";
import type { Around, Place } from "./triggers-places";
import { cueOf, neighbour, placeKindOf, saysItself } from "./triggers-places";
import type { Statement } from "./triggers-statements";

export type LimitKind = Exclude<PlaceKind, "neutral" | "aside" | "watch">;

/** A limit the document states, and what it is for. */
export interface Limit {
  kind: LimitKind;
  line: number;
  /** Positions in the plain text of its line or cell; a whole cell where it stands in a table. */
  text: string;
  op: ConditionMention["op"];
  value: number;
  high: number | null;
  metric: MetricName;
  unit: string | null;
  money: boolean;
  currency: string | null;
  for: string | null;
  forText: string | null;
  approximate: boolean;
  level: "warning" | "critical" | null;
  action: string | null;
  place: Place | null;
  around: readonly Around[];
  /** The row of a table it stands in, with the text of its first cell. */
  row: string | null;
}

const ARROW = /\s(?:→|⇒|=>|->|➜|➡|⟶)\s/u;
/** A condition on something unknown is not said in weeks: those are times to keep the old side. */
const LONG = new Set(["days", "weeks", "months", "years"]);

/** The limits of a statement. Pure. */
export function limitsOfStatement(statement: Statement): Limit[] {
  const { place, text } = statement;
  if (place === null || place.kind === "neutral" || place.kind === "aside") return [];
  const arrow = ARROW.exec(text);
  const head = arrow === null ? text : text.slice(0, arrow.index);
  const inHead = arrow !== null && (findConditions(head).length > 0 || (BARE.has(place.kind) && findQuantities(head).length > 0));
  const part = inHead ? head : text;
  const action = inHead && arrow !== null ? text.slice(arrow.index + arrow[0].length).trim() : null;
  const mentions = mentionsIn(part, statement, place);
  let last: MetricName | null = null;
  return mentions.flatMap((mention, i) => {
    const from = mentions[i - 1]?.end ?? 0;
    const to = mentions[i + 1]?.start ?? part.length;
    // "CPU above 70 %, red above 90 %": still the CPU.
    const same: MetricName | null = last !== null && (mention.unit === null || mention.unit === mentions[i - 1]?.unit) ? last : null;
    const named =
      metricIn(part, mention, from, to, statement, same) ?? (OUT_FOR.test(normalise(part.slice(0, mention.start))) ? metricOf("downtime", mention.unit) : null);
    const metric = ofComponent(named, statement.lead);
    last = named;
    if (place.kind === "rollback" && metric?.known === false && LONG.has(mention.unit ?? "")) return [];
    return metric === null ? [] : placed(statement, place, mention, metric, action, part.slice(from, to), mention.start - from);
  });
}

/** The quantity of a limit: by the words beside it, by the lead of the line ("Latency: p99 < 800 ms"), by those around. */
function metricIn(part: string, mention: ConditionMention, from: number, to: number, statement: Statement, before: MetricName | null): MetricName | null {
  const near = metricNear(part, mention, from, to) ?? before;
  if (near?.known === true || statement.lead === null) return near ?? metricAround(statement, mention.unit);
  const percentile = percentileOf(part.slice(from, to));
  const lead = metricOf(percentile === null ? statement.lead : `${statement.lead} p${percentile}`, mention.unit);
  return lead?.known === true ? lead : (near ?? lead ?? metricAround(statement, mention.unit));
}

/** "Cache: upgrade when memory > 85 %" is about the memory of the cache. */
function ofComponent(metric: MetricName | null, lead: string | null): MetricName | null {
  const component = lead === null ? null : componentOf(lead);
  if (metric === null || component === null || metric.key.startsWith(component)) return metric;
  return {
    ...metric,
    key: `${component}_${metric.key}`.slice(0, 63),
    name: `${component.charAt(0).toUpperCase()}${component.slice(1)}: ${metric.name.toLowerCase()}`,
  };
}

/** The quantity named by the words around, where the statement itself names none. */
function metricAround({ around, place }: Pick<Statement, "around" | "place">, unit: string | null): MetricName | null {
  for (const one of [...(place === null ? [] : [place.by]), ...around]) {
    const found = metricOf(one.text, unit);
    if (found?.known === true) return found;
  }
  const first = around[0];
  return first === undefined ? null : metricOf(first.text, unit);
}

const FLIPPED: Record<ConditionMention["op"], ConditionMention["op"]> = {
  ">": "<=",
  ">=": "<",
  "<": ">=",
  "<=": ">",
  between: "between",
  approaches: "approaches",
  is: "is",
};

/** Behind the slash stands the second of two levels. */
const SECOND = /\d\s?\S{0,10}\s\/\s\P{N}{0,12}$/u;

function placed(
  statement: Statement,
  place: Place,
  mention: ConditionMention,
  metric: MetricName,
  action: string | null,
  near: string,
  before: number,
): Limit[] {
  const base = {
    line: statement.lineAt(valueAt(statement.text, mention)),
    text: statement.text,
    value: mention.value,
    high: mention.high,
    metric,
    unit: metric.unit ?? mention.unit,
    money: mention.money,
    currency: mention.currency,
    forText: mention.forText,
    approximate: mention.approximate,
    action,
    place,
    around: statement.around,
    row: null,
  };
  const within = mention.for ?? (!saysItself(place) ? (findDurations(place.by.text)[0]?.duration ?? null) : null);
  if (place.kind === "watch") {
    const good = healthy(mention.op, metric.key);
    const back = statement.around.some((one) => one.nearness !== "above" && placeKindOf(one.text) === "rollback") || breachGoesBack(statement);
    if (back) return [{ ...base, kind: "rollback", op: good ? FLIPPED[mention.op] : mention.op, for: within, level: null }];
    return [
      {
        ...base,
        kind: good ? "target" : "alert",
        op: mention.op,
        for: mention.for,
        level: good ? null : (levelOf(`${action ?? ""} ${near}`, [{ text: beginning(statement.text) }, ...statement.around]) ?? "warning"),
      },
    ];
  }
  if (place.kind === "neutral" || place.kind === "aside") return [];
  // "queue > 500 → warning": what follows is that somebody is told.
  const told = action !== null && TELLS.test(normalise(action));
  if (told && place.kind !== "rollback" && place.kind !== "alert")
    return [{ ...base, kind: "alert", op: mention.op, for: mention.for, level: levelOf(action ?? "", []) ?? "warning" }];
  // "Page the on-call when A or B": said of both.
  const said =
    statement.text
      .slice(0, mention.start)
      .split(/[;.]\s/)
      .at(-1) ?? "";
  const level =
    place.kind === "alert"
      ? SECOND.test(statement.text.slice(0, mention.valueStart))
        ? "critical"
        : (levelOf(`${action ?? ""} ${clauseOf(near, before)}`, [{ text: beginning(statement.text) }, { text: said }, ...statement.around]) ?? "warning")
      : null;
  // "No error rate over 0.5 %": what must not be is said.
  const never = VALUED.has(place.kind) && (mention.op === ">" || mention.op === ">=") && NEVER.test(normalise(near.slice(0, before)));
  if (never) return [{ ...base, kind: place.kind, op: FLIPPED[mention.op], for: mention.for, level }];
  const unless = place.kind === "rollback" && /(?<![\p{L}])(?:unless|es sei denn|sauf si|a menos que)(?![\p{L}])/u.test(normalise(statement.text));
  return [{ ...base, kind: place.kind, op: unless ? FLIPPED[mention.op] : mention.op, for: place.kind === "rollback" ? within : mention.for, level }];
}

/** A part of a sentence up to the semicolon behind a position. */
function clauseOf(near: string, at: number): string {
  const end = near.indexOf(";", at);
  return end === -1 ? near : near.slice(0, end);
}

/** "Critical" of "Critical — API 5xx > 2 %, disk > 90 %". */
const beginning = (text: string) => /^([^:–—-]{2,30}?)\s?[:–—-]\s/u.exec(text)?.[1] ?? "";
const NEVER = /^\W*(?:no|never|not a single|kein\w*|nie|niemals|aucune?|jamais|pas de|pas d'|ningun\w*|nunca|sin) \p{L}/u;

/** "If any of these is breached, we fall back": said right below a list of values to watch. */
function breachGoesBack({ block }: Statement): boolean {
  const next = neighbour(block, 1);
  if (next?.type !== "paragraph") return false;
  const text = next.lines
    .map((line) => line.text)
    .join(" ")
    .slice(0, 400);
  return cueOf(text) === "rollback" && BREACHED.test(normalise(text));
}

const TELLS = /^(?:warn|warning|alert|alarm|page|notify|ticket|critical|warnung|kritisch|avertissement|alerte|critique|aviso|alerta|critico)(?![\p{L}])/u;

const valueAt = (text: string, mention: ConditionMention) => {
  const digits = text.slice(mention.start, mention.end).search(/\d/);
  return mention.start + Math.max(0, digits);
};
