import { type DurationMention, findDurations } from "../../grammar/duration";
import { findQuantities } from "../../grammar/quantity";
import * as words from "../../lexicon/told";
import { lastingAt } from "./lasting";
import type { Place } from "./places";
import type { Figure, Value } from "./types";

const GB: Record<string, number> = { MB: 1 / 1024, GB: 1, TB: 1024 };
const COUNTED = new Set(["instances", "replicas", "nodes", "pods", "workers", "servers", "vms", "containers", "instanzen", "knoten", "instancias"]);

/** Every figure of a place that another place may tell too. Pure. */
export function figuresAt(place: Place): Value[] {
  return [...lengthsIn(place), ...ttlsIn(place), ...sizesIn(place), ...connectionsIn(place), ...settingsIn(place), ...versionsIn(place)];
}

/** "From 3600 s to 60 s": the second is the plan's. */
function isFormer(place: Place, start: number, end: number): boolean {
  return words.FROM.test(place.folded.slice(Math.max(0, start - 8), start)) && words.TO.test(place.folded.slice(end, end + 6));
}

/** Stretches of time, also "5 s" and "250 ms". */
function timesIn(text: string): Pick<DurationMention, "start" | "end" | "ms" | "maxMs">[] {
  const lengths = findDurations(text);
  const short = findQuantities(text).flatMap((one) => {
    const size = one.unit === "s" ? 1_000 : one.unit === "ms" ? 1 : 0;
    return size === 0 || lengths.some((length) => length.start < one.end && length.end > one.start)
      ? []
      : [{ start: one.start, end: one.end, ms: one.value * size, maxMs: one.high === null ? null : one.high * size }];
  });
  return [...lengths, ...short].toSorted((a, b) => a.start - b.start);
}

function lengthsIn(place: Place): Value[] {
  const lengths = timesIn(place.text);
  return lengths.flatMap((length, i): Value[] => {
    if (isFormer(place, length.start, length.end)) return [];
    // How often, how long before, how long to wait.
    if (words.OTHER_LENGTH_BEFORE.test(place.folded.slice(0, length.start)) || words.OTHER_LENGTH_AFTER.test(place.folded.slice(length.end))) return [];
    const figure = lastingAt(place, length, lengths[i - 1]?.end ?? 0, lengths[i + 1]?.start ?? place.folded.length);
    if (figure === null || (figure === "ttl" && !words.OF_DNS.test(`${place.folded} ${place.labels.join(" ")}`))) return [];
    if (figure === "roll-back-window" && place.kind === "heading") return [];
    // "Lag below 5 s for one hour": for how long it holds.
    if (figure === "lag" && words.HELD.test(place.folded.slice(0, length.start))) return [];
    return [{ figure, start: length.start, end: length.end, value: length.ms / 1000, max: length.maxMs === null ? null : length.maxMs / 1000 }];
  });
}

const TTL =
  /(?<![a-z])ttls?(?![a-z])[^\d.;,|]{0,40}?(\d{2,6})(?:\s(?:s|sec\.?))?(?![\d.:]|\s?(?:m|h|d|min|minutes?|minuten|hours?|stunden?|days?|tage?|seconds?|sekunden?|secondes?|segundos?|heures?|horas?|[-–])(?![a-z]))/g;

/** "TTL 300": seconds, where no unit is written. */
function ttlsIn(place: Place): Value[] {
  if (!words.OF_DNS.test(`${place.folded} ${place.labels.join(" ")}`)) return [];
  return [...place.folded.matchAll(TTL)].map((match) => {
    const end = match.index + match[0].length;
    return { figure: "ttl", start: end - (match[1] ?? "").length, end, value: Number(match[1]), max: null };
  });
}

function sizesIn(place: Place): Value[] {
  const quantities = findQuantities(place.text);
  return quantities.flatMap((one, i): Value[] => {
    if (one.currency !== null || one.unit === null || one.open || isFormer(place, one.start, one.end)) return [];
    // "14 TB of 18 TB", "100 MB × 3".
    if (/^\s?(?:of\s(?:the\s)?\d|[×*])/.test(place.folded.slice(one.end, one.end + 10))) return [];
    const at = { start: one.start, end: one.end };
    if (one.unit === "vCPU") return [{ ...at, figure: "cpu", value: one.value, max: one.high }];
    if (COUNTED.has(one.unit)) return [{ ...at, figure: "instances", value: one.value, max: one.high }];
    const factor = GB[one.unit];
    if (factor === undefined) return [];
    const figure = sizeAt(place, one.start, one.end, quantities[i - 1]?.end ?? 0, quantities[i + 1]?.start ?? place.folded.length);
    return [{ ...at, figure: figure ?? "size", value: one.value * factor, max: one.high === null ? null : one.high * factor }];
  });
}

const SIZES = Object.entries(words.SIZED) as ["memory" | "disk" | "data", RegExp][];

/** Memory, disk or data: by the words right behind, in front, in the head of the column. */
function sizeAt(place: Place, start: number, end: number, after: number, before: number): Figure | null {
  const behind = place.folded.slice(end, Math.min(before, end + 24));
  const front = place.folded.slice(Math.max(after, start - 40), start);
  for (const text of [behind, front, ...(place.kind === "cell" ? place.labels.slice(0, 2) : [])]) {
    const hits = SIZES.flatMap(([figure, test]) => [...text.matchAll(test)].map((match) => ({ figure, at: match.index })));
    const [first] = text === front ? hits.toSorted((a, b) => b.at - a.at) : hits.toSorted((a, b) => a.at - b.at);
    if (first !== undefined) return first.figure;
  }
  // "4 vCPU / 8 GB".
  return /(?:v?cpus?|cores?|kerne|coeurs|nucleos)\s?[/,+&]\s?$/.test(place.folded.slice(0, start)) ? "memory" : null;
}

const CONNECTIONS = Object.entries(words.CONNECTIONS) as ["pool-size" | "max-connections", RegExp][];

function connectionsIn(place: Place): Value[] {
  return CONNECTIONS.flatMap(([figure, test]) =>
    [...place.folded.matchAll(test)].flatMap((match): Value[] => {
      const end = match.index + match[0].length;
      const value = /^[^\d.;,|]{0,40}?(\d{1,3}(?:[.,]\d{3})+|\d{1,5})(?![\d.,]*\s?(?:%|ms|s\b|min|seconds|gb|mb|tb))/.exec(place.folded.slice(end, end + 60));
      if (value?.[1] === undefined || (/^pools?$/.test(match[0]) && !words.OF_CONNECTIONS.test(place.folded))) return [];
      const start = end + value[0].length - value[1].length;
      return [{ figure, start, end: start + value[1].length, value: Number(value[1].replace(/[.,]/g, "")), max: null }];
    }),
  );
}

const SETTING =
  /(?<![\w./@-])([a-z][a-z0-9]*(?:[._][a-z0-9]+)+)[`"'*]*\s*(?:=|:|is set to|is|are|set to|at|to|ist|steht auf|auf|est|vaut|a|es|→)\s*[`"'*]*(\d+(?:[.,]\d+)?)\s?(ms|s|sec|min|h|kb|mb|gb|tb|%|days?)?(?![\w.])/g;
const NO_SETTING =
  /\.(?:example|com|net|org|io|dev|internal|local|de|fr|es|ch|at|uk|eu|app|cloud|sh|md|json|ya?ml|conf|cfg|tsx?|jsx?|py|sql|tf|rb|go|php|html?|log|env|csv|gz|xml|toml|ini|service|xlarge|large|medium|small|micro|nano)$|^\d|\.\d+$/;

/** "`min.insync.replicas` is 2", "statement_timeout = 30s": a setting that is called by its name. */
function settingsIn(place: Place): Value[] {
  return [...place.raw.toLowerCase().matchAll(SETTING)].flatMap((match): Value[] => {
    const [whole, name = "", written = "", unit = ""] = match;
    // 0 and 1 switch things on and off as the steps go.
    if (NO_SETTING.test(name) || /^[01]$/.test(written)) return [];
    const end = match.index + whole.length;
    return [
      {
        figure: "setting",
        of: unit === "" ? name : `${name} ${unit}`,
        start: end - unit.length - written.length,
        end,
        value: Number(written.replace(",", ".")),
        max: null,
      },
    ];
  });
}

/** "PostgreSQL 16", "Redis v7.2". */
function versionsIn(place: Place): Value[] {
  if (words.NO_VERSION.test(place.folded)) return [];
  return [...place.folded.matchAll(words.VERSIONED)].flatMap((match): Value[] => {
    const [whole, product = "", version = ""] = match;
    const end = match.index + whole.length;
    if (
      isFormer(place, match.index, end) ||
      /^(?:\s?(?:gb|mb|tb|vcpu|cores?|nodes?|x|×|%|ms|instances?|servers?|brokers?|replicas?|pods?|\+|or (?:newer|later|above|higher)|to\s|→|->|[-–]\s?\d))/.test(
        place.folded.slice(end),
      )
    )
      return [];
    return [{ figure: "version", of: words.PRODUCT_NAMES.get(product) ?? product, start: match.index, end, value: version.replace(/\.x$/, ""), max: null }];
  });
}
