import { COMPONENTS, METRICS, type MetricWords } from "../lexicon/metrics";
import { NUMBER_WORDS } from "../lexicon/time";
import { normalise } from "../lexicon/words";
import type { ConditionMention } from "./condition";
import { fold } from "./quantity";

/** A quantity that a limit is about. */
export interface MetricName {
  key: string;
  name: string;
  unit: string | null;
  /** Whether the catalogue knows it; else the name is the words of the text. */
  known: boolean;
}

interface Entry {
  metric: MetricWords;
  words: number;
}

const EXACT = new Map<string, Entry>();
const OPEN = new Map<string, Entry>();
for (const metric of METRICS)
  for (const words of metric.words) {
    const plain = wordsOf(words.replace(/\*$/, "")).join(" ");
    const entry = { metric, words: plain.split(" ").length };
    (words.endsWith("*") ? OPEN : EXACT).set(plain, entry);
  }
/** How many words a phrase that begins so has at most; 0 for a word no phrase begins with. */
const LONGEST = new Map<string, number>();
for (const [phrases, open] of [
  [EXACT, false],
  [OPEN, true],
] as const)
  for (const [words, entry] of phrases) {
    const first = words.split(" ")[0] ?? "";
    const begin = open && entry.words === 1 ? `${first.slice(0, 3)}*` : first;
    LONGEST.set(begin, Math.max(LONGEST.get(begin) ?? 0, entry.words));
  }
const longestFrom = (word: string) => Math.max(LONGEST.get(word) ?? 0, LONGEST.get(`${word.slice(0, 3)}*`) ?? 0);
const COMPONENT_OF = new Map(Object.entries(COMPONENTS).flatMap(([key, words]) => [key, ...words].map((word) => [wordsOf(word).join(" "), key] as const)));

/** Words in front of a quantity that do not make another one of it: which mean, whose machine. */
const PASSED = new Set(
  (
    "average avg mean median maximum minimum max min peak total overall current sustained target expected typical monthly daily weekly annual yearly global new old " +
    "server servers host vps vm instance ec2 droplet dyno machine system application app service site production prod cluster node nodes pod container platform stack infrastructure infra " +
    "the an our your its their unser unsere der die das notre nos le la les el los las nuestro nuestra " +
    "durchschnittliche durchschnittlich mittlere maximale gesamte monatliche tagliche moyenne moyen maximal mensuel mensuelle medio media maximo mensual diario diaria"
  ).split(" "),
);
/** Words that are part of no name. */
const FUNCTION = new Set([
  ...(
    "a this that these of for in on at with and or if when once while until is are was be been being has have had having do does not per any all more than " +
    "you you're we we're it it's they i need needs want see sees support supports handle handles serve serves reach reaches keep keeps stay stays remains exceed exceeds drop drops dip dips sink sinks fall climb climbs increase increases decrease decreases steigt sinkt fallt monte baisse sube baja cae rises rise falls drops goes grows consistently regularly approximately " +
    "usage utilization utilisation load level levels rate value values number count percent percentage share would could should will may might must can cannot won't roll rollback back full immediately to from by as soon still already only " +
    "den dem ein eine einen wenn sobald falls ist sind wird werden l un une des du de d nos si quand lorsque est sont un una uno del cuando es son y o e su move migrate switch go upgrade scale leave gb mb tb kb ms sec min mins minutes hours days weeks go mo to betragt liegt liegen und oder et ou dauert minuten stunden sekunden minutos horas segundos heures secondes ni sowie improve increase decrease achieve maintain ensure guarantee verbessern erreichen ameliorer atteindre mejorar alcanzar reduire reduce reduzieren reducir red orange yellow amber green cent ciento prozent pct rot gelb rouge rojo amarillo one it stop page alert notify warn warning critical crit slack email warnung kritisch"
  ).split(" "),
  ...NUMBER_WORDS.keys(),
]);
const IGNORED = new Set([...PASSED, ...FUNCTION]);
const PERCENTILE =
  /(?<![a-z0-9])p\s?(50|75|90|95|98|99(?:\.9)?)(?![a-z0-9])|(?<![0-9])(50|75|90|95|98|99(?:\.9)?)(?:th|st|nd)?[. -]{0,2}(?:percentile|perzentil|quantil|centile|percentil)/;

/** The quantity a text speaks of; null where the text has no word that could name one. `unit` is that of the limit. Pure. */
export function metricOf(text: string, unit: string | null): MetricName | null {
  const all = wordsOf(text).slice(0, 40);
  const found = bestPhrase(all, unit);
  const percentile = percentileOf(text);
  // A word such as "data" or "load" names nothing where the unit is of something else.
  if (found === null || (WEAK.has(found.metric.key) && !compatible(found.metric, unit))) return unknown(text, all, unit, percentile);
  const { metric, at } = found;
  const before = qualifiers(all.slice(0, at), metric);
  const base = [before?.key, metric.key].filter((part) => part !== undefined).join("_");
  const name = before === null ? metric.name : `${before.name} ${lowerFirst(metric.name)}`;
  return finished(base, name, unitFor(metric, unit), percentile, true);
}

/**
 * The quantity a limit in a text is about: the words in front of it, else those of its unit and behind it. `from` and
 * `to` are where the limits before and after it end and begin. Null where no word names one.
 */
export function metricNear(text: string, mention: ConditionMention, from = 0, to = text.length): MetricName | null {
  const before = lastClause(text.slice(from, mention.start));
  const after = firstClause(text.slice(mention.money ? mention.end : mention.valueStart, to));
  const parts = [before, after].map((part) => ({ part, phrase: bestPhrase(wordsOf(part), mention.unit) }));
  const fitting = parts.filter(({ phrase }) => phrase !== null && compatible(phrase.metric, mention.unit));
  const best = fitting.find(({ phrase }) => phrase !== null && !WEAK.has(phrase.metric.key)) ?? fitting[0] ?? parts.find(({ phrase }) => phrase !== null);
  const subject = best?.part ?? (significant(wordsOf(before)).length > 0 ? before : after);
  const found = metricOf(subject, mention.unit);
  const percentile =
    percentileOf(`${before} ${firstClause(text.slice(mention.end, to))}`) ?? percentileOf(/^\s?\([^()]*\)/.exec(text.slice(mention.end, to))?.[0] ?? "");
  // "p99 < 250 ms" without a noun is about how long answers take.
  if (found === null && percentile !== null && TIMES.has(mention.unit ?? "")) return metricOf(`latency p${percentile}`, mention.unit);
  if (found === null || percentile === null || percentileOf(subject) !== null) return found;
  return metricOf(`${subject} p${percentile}`, mention.unit);
}

/** The part of a system a text is the name of: "Cache", "Datenbank"; null for any other text. */
export function componentOf(text: string): string | null {
  return COMPONENT_OF.get(wordsOf(text).join(" ")) ?? null;
}

/** Percentile a text names: "p95", "95th percentile". */
export function percentileOf(text: string): string | null {
  const match = PERCENTILE.exec(fold(text));
  return match?.[1] ?? match?.[2] ?? null;
}

function wordsOf(text: string): string[] {
  return normalise(text)
    .replace(/(?<![\p{L}])(?:d|l|qu|n|s)'(?=\p{L})/gu, "")
    .replaceAll("%", " percent ")
    .replaceAll("&", " and ")
    .replaceAll("/", " / ")
    .split(/[^\p{L}\p{N}'/+.]+/u)
    .map((word) => word.replace(/^[.'+-]+|[.'+:-]+$/g, ""))
    .filter((word) => word !== "");
}

/** The longest phrase of the catalogue in a text; of equally long ones the last, which is the noun the others describe. */
function bestPhrase(words: readonly string[], unit: string | null): { metric: MetricWords; at: number; words: number } | null {
  let best: { metric: MetricWords; at: number; words: number } | null = null;
  for (let at = 0; at < words.length; at++)
    for (let length = Math.min(longestFrom(words[at] ?? ""), words.length - at); length > 0; length--) {
      const entry = phrase(words.slice(at, at + length));
      if (entry === null) continue;
      const candidate = { metric: entry.metric, at, words: length };
      if (best === null || outranks(candidate, best, unit)) best = candidate;
      break;
    }
  return best;
}

interface Phrase {
  metric: MetricWords;
  at: number;
  words: number;
}

/** A quantity that can have the unit wins, then the longer phrase, then the one that says more, then the later one. */
function outranks(one: Phrase, other: Phrase, unit: string | null): boolean {
  const [a, b] = [compatible(one.metric, unit), compatible(other.metric, unit)];
  if (a !== b) return a;
  if (one.words !== other.words) return one.words > other.words;
  return RANK(one.metric) >= RANK(other.metric);
}

const TIMES = new Set(["ms", "s", "minutes", "hours", "days", "weeks"]);
const SIZES = new Set(["KB", "MB", "GB", "TB", "PB"]);

/** Whether a quantity can be given in a unit: costs in money, times in seconds. */
function compatible(metric: MetricWords, unit: string | null): boolean {
  if (unit === null || metric.unit === null) return true;
  const kind = (text: string) => {
    const first = text.split("/")[0] ?? "";
    if (first === "money" || /^[A-Z]{3}$/.test(first)) return "money";
    if (TIMES.has(first)) return "time";
    if (SIZES.has(first)) return "size";
    return first === "percent" || first === "x" ? first : "count";
  };
  const [own, given] = [kind(metric.unit), kind(unit)];
  if (own === given) return true;
  // Memory and disks are measured both ways, and shares of any count are percent.
  return (
    (own === "percent" && given === "size") ||
    (own === "size" && given === "percent") ||
    (own === "percent" && given === "count") ||
    (own === "count" && given === "percent")
  );
}

/** Single words that also stand beside other quantities say less. */
const WEAK = new Set(["database_size", "users", "storage", "traffic", "monthly_cost", "services", "instances", "commands", "concurrent_users", "load_average"]);
const RANK = (metric: MetricWords) => (WEAK.has(metric.key) ? 0 : 1);

function phrase(words: readonly string[]): Entry | null {
  const text = words.join(" ").replaceAll(" / ", "/");
  const exact = EXACT.get(text) ?? EXACT.get(words.join(" "));
  if (exact !== undefined) return exact;
  const last = words.at(-1) ?? "";
  const lead = words.slice(0, -1).join(" ");
  for (let length = last.length; length >= 2; length--) {
    const open = OPEN.get(lead === "" ? last.slice(0, length) : `${lead} ${last.slice(0, length)}`);
    if (open !== undefined) return open;
  }
  return null;
}

/** Words in front of a known quantity that make it a quantity of its own: "queue memory", "checkout latency". */
function qualifiers(before: readonly string[], metric: MetricWords): { key: string; name: string } | null {
  const words: string[] = [];
  for (let i = before.length - 1; i >= 0 && words.length < 2; i--) {
    const word = before[i] ?? "";
    if (PASSED.has(word) || PERCENTILE.test(word)) {
      if (words.length > 0) break;
      continue;
    }
    if (FUNCTION.has(word) || !/^[\p{L}][\p{L}\p{N}'-]*$/u.test(word)) break;
    words.unshift(word);
  }
  const useful = words.map((word) => COMPONENT_OF.get(word) ?? word).filter((word) => !metric.key.split("_").includes(word));
  return useful.length === 0 ? null : { key: useful.map(keyWord).join("_"), name: capital(useful.join(" ")) };
}

const significant = (words: readonly string[]) => words.filter((word) => !IGNORED.has(word) && /\p{L}{2}/u.test(word) && !/^\d/.test(word));

function unknown(text: string, words: readonly string[], unit: string | null, percentile: string | null): MetricName | null {
  const named = significant(words)
    .filter((word) => !PERCENTILE.test(word))
    .slice(0, 4);
  if (named.length === 0) return percentile !== null && (unit === null || TIMES.has(unit)) ? metricOf(`latency p${percentile}`, unit) : null;
  const name = tidyName(text);
  return finished(named.map(keyWord).join("_"), name === "" ? capital(named.join(" ")) : name, unit, percentile, false);
}

function finished(base: string, name: string, unit: string | null, percentile: string | null, known: boolean): MetricName {
  const end = percentile === null ? "" : `_p${percentile.replace(".", "")}`;
  const suffix = suffixOf(unit);
  const key = `${base.slice(0, 50)}${end}${base.endsWith(suffix) || suffix === "" ? "" : suffix}`.slice(0, 63).replace(/[^a-z0-9]+$/, "");
  return { key, name: (percentile === null ? name : `${name}, ${percentile}th percentile`).slice(0, 190), unit, known };
}

/** Units that are part of a key, so that the same quantity in another size is another metric. */
const IN_KEY: Record<string, string> = {
  percent: "percent",
  ms: "ms",
  s: "s",
  minutes: "minutes",
  hours: "hours",
  days: "days",
  weeks: "weeks",
  KB: "kb",
  MB: "mb",
  GB: "gb",
  TB: "tb",
  x: "",
};

function suffixOf(unit: string | null): string {
  if (unit === null) return "";
  const [first = "", rate] = unit.split("/");
  if (/^[A-Z]{3}$/.test(first)) return `_${first.toLowerCase()}`;
  const own = IN_KEY[first];
  if (own !== undefined) return own === "" ? "" : `_${own}`;
  return rate !== undefined && !["s", "month", "day"].includes(rate) ? `_per_${rate}` : "";
}

function unitFor(metric: MetricWords, unit: string | null): string | null {
  const [kind, rate] = (metric.unit ?? "").split("/");
  if (kind === "money") {
    if (unit === null || !/^[A-Z]{3}(?:\/|$)/.test(unit)) return unit;
    return unit.includes("/") || rate === undefined ? unit : `${unit}/${rate}`;
  }
  if (unit === null) return metric.unit === "percent" ? null : metric.unit;
  // "bookings per month: > 10,000 bookings": the rate is in the name.
  return !unit.includes("/") && metric.unit?.startsWith(`${unit}/`) ? metric.unit : unit;
}

const keyWord = (word: string) => word.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "x";
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const lowerFirst = (text: string) => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);

/** Words of the text without what only introduces them. */
function tidyName(text: string): string {
  const tidy = text
    .replace(/^[\s•*–—:,(-]+|[\s:,;(–—-]+$/g, "")
    .replace(/^(?:if|when|once|wenn|sobald|falls|si|quand|lorsque|cuando)\s+/i, "")
    .replace(/^(?:the|our|your|die|der|das|le|la|les|el|los|las)\s+/i, "")
    .replace(/\s+(?:is|are|was|stays?|remains?|goes|gets|ist|sind|est|sont|es|son)$/i, "")
    .trim();
  return capital(tidy.slice(0, 80));
}

function lastClause(text: string): string {
  const parts = text.split(/[;]|\.\s|:\s(?=.*\p{L})|\s(?:or|oder|ou|o)\s|,\s(?:and|und|et|y)\s|\s(?:and|und|et|y)\s(?=\p{L}+\s*$)/u);
  const last = (/,\s*$/.test(text) ? "" : (parts.at(-1) ?? "")).trim();
  const told = last.split(CONJUNCTION).at(-1) ?? "";
  return /\p{L}{2}/u.test(told) ? told.trim() : last;
}

/** What stands in front of these says what to do, not when. */
const CONJUNCTION =
  /(?<![\p{L}])(?:when(?:ever)?|once|if|as soon as|while|until|wenn|sobald|falls|solange|quand|lorsque|si|des que|tant que|cuando|mientras)\s/iu;

/** "20 or more paying teams" is one clause. */
const OR_MORE = /^([^a-z]{1,20})(?:or|oder|ou|o) (?:more|higher|above|greater|less|fewer|lower|mehr|weniger|plus|moins|mas|más|menos)\s/iu;

function firstClause(text: string): string {
  return (text.replace(OR_MORE, "$1").split(/[;]|[.,]\s|\s(?:or|and|at|oder|und|ou|et|y)\s|\s\(/u)[0] ?? "").trim();
}
