import { type ConditionMention, findConditions } from "../grammar/condition";
import { findDurations } from "../grammar/duration";
import { type MetricName, metricNear, metricOf } from "../grammar/metric-names";
import { findQuantities } from "../grammar/quantity";
import { COLUMNS, type ColumnKind, GOOD_COLUMN, LEFT_OVER, type PlaceKind, TELLS_COLUMN, WAKES_COLUMN } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import type { Row, Section, Table } from "../tree";
import { asMention } from "./limit-mentions";
import { healthy, levelOf, moreIsBetter } from "./limit-words";
import type { Limit, LimitKind } from "./triggers-limits";
import { type Around, aroundOf, type Place, placeOf } from "./triggers-places";

/** Columns are of the first kind their heading fits. */
const ORDER: readonly ColumnKind[] = [
  "warning",
  "critical",
  "winner",
  "severity",
  "cost",
  "action",
  "threshold",
  "trigger",
  "window",
  "target",
  "baseline",
  "metric",
  "factor",
];

/** "Normal value" is no limit, although "value" alone may be one. */
const USUAL = /^(?:normal|usual|typical|ublich|typisch|habitue|valeur (?:normale|habituelle)|valor (?:normal|habitual))/;
/** A column of alerts, beside what is normal. */
const ALERTING = /^(?:alerts?|alarms?|alarme?|alertes?|alertas?|warnung)\b/;

/** What each column of a table holds; null where its heading says nothing known. */
export function columnKinds(table: Table): (ColumnKind | null)[] {
  const before = knownKinds.get(table);
  if (before !== undefined) return before;
  const kinds = kindsOfColumns(table);
  knownKinds.set(table, kinds);
  return kinds;
}

const knownKinds = new WeakMap<Table, (ColumnKind | null)[]>();

function kindsOfColumns(table: Table): (ColumnKind | null)[] {
  return table.header.cells.map((cell, i) => {
    const plain = normalise(cell.text);
    if (USUAL.test(plain)) return "baseline";
    const told = toldBy(table, i);
    if (told !== null) return told;
    const kind = plain === "" ? null : (ORDER.find((one) => COLUMNS[one].test(plain)) ?? null);
    // "Warn | Page": who is woken, and no page of the site.
    if (
      /^(?:page|pager|on call|call|wake|ticket)$/.test(plain) &&
      table.header.cells.some((other, j) => j !== i && COLUMNS.warning.test(normalise(other.text)))
    )
      return "critical";
    // "Alerte | Critique": the lower of two levels.
    if (ALERTING.test(plain) && table.header.cells.some((other, j) => j !== i && COLUMNS.critical.test(normalise(other.text))))
      return i === 0 ? "metric" : "warning";
    // "Trigger | Level": what stands below are limits, no severities.
    const filled = table.rows.map((row) => row.cells[i]?.text ?? "").filter((text) => text !== "");
    const limits = kind === "severity" && filled.filter((text) => findConditions(text).length > 0).length * 2 > filled.length;
    return limits ? "threshold" : kind;
  });
}

const SIGNS: readonly (readonly [sign: RegExp, kind: "warning" | "critical"])[] = [
  [/[🟠🟡🟧🟨]|⚠/u, "warning"],
  [/[🔴🟥🚨]/u, "critical"],
];

/** "Tell us | Wake us", with or without signs: the two levels by who is told; "Green" beside two levels is how things should be. */
function toldBy(table: Table, i: number): ColumnKind | null {
  const levels = table.header.cells.map((cell, j): "warning" | "critical" | null => {
    const plain = normalise(cell.text);
    const sign = SIGNS.find(([test]) => test.test(cell.raw))?.[1];
    if (sign !== undefined && j > 0) return sign;
    if (j === 0) return null;
    if (COLUMNS.warning.test(plain) || TELLS_COLUMN.test(plain)) return "warning";
    return COLUMNS.critical.test(plain) || WAKES_COLUMN.test(plain) ? "critical" : null;
  });
  if (!levels.includes("warning") || !levels.includes("critical")) return null;
  return levels[i] ?? (GOOD_COLUMN.test(normalise(table.header.cells[i]?.text ?? "")) ? "baseline" : null);
}

/** What the limits of a table are for. */
type TableKind = LimitKind | "watch";

interface Reading {
  table: Table;
  kinds: (ColumnKind | null)[];
  kind: TableKind;
  place: Place | null;
  around: Around[];
}

/** The limits of a table of limits; none for any other table. */
export function limitsOfTable(table: Table, title: Section | null): Limit[] {
  const around = aroundOf(table, null, title);
  const place = placeOf(around);
  const kinds = columnKinds(table);
  const kind = kindOfTable(table, kinds, place);
  if (kind === null) return [];
  return table.rows.flatMap((row) => limitsOfRow({ table, kinds, kind, place, around }, row));
}

/** A row of a table of limits that names a condition without a number. */
export interface RowQuality {
  kind: LimitKind;
  text: string;
  line: number;
  place: Place;
  around: Around[];
}

/** Rows that state a condition in words: "Second office opens", "audit finding". */
export function qualitiesOfTable(table: Table, title: Section | null): RowQuality[] {
  const around = aroundOf(table, null, title);
  const place = placeOf(around);
  const kinds = columnKinds(table);
  const kind = kindOfTable(table, kinds, place);
  if (kind === null || kind === "watch" || !(MOVING.has(kind) || kind === "rollback")) return [];
  const at = CONDITION_COLUMNS.map((wanted) => kinds.lastIndexOf(wanted)).find((index) => index >= 0) ?? -1;
  return table.rows.flatMap((row) => {
    const text = row.cells[at]?.text ?? "";
    const said =
      /\p{L}{3}/u.test(text) && !/\d/.test(text) && !/^(?:now|today|current|none|n\/a|heute|jetzt|keine?|maintenant|aucune?|ahora|ninguno)$/i.test(text);
    if (!said || limitsOfRow({ table, kinds, kind, place, around }, row).length > 0) return [];
    const by = around[0] ?? { text: "", line: table.line, nearness: "heading" as const };
    return [{ kind, text, line: row.line, place: place ?? { kind, by }, around }];
  });
}

/** Where the condition of a row stands: the most telling column there is. */
const CONDITION_COLUMNS: readonly ColumnKind[] = ["threshold", "metric", "trigger"];

function kindOfTable(table: Table, kinds: readonly (ColumnKind | null)[], place: Place | null): TableKind | null {
  const has = (kind: ColumnKind) => kinds.includes(kind);
  const heads = normalise(table.header.cells.map((cell) => cell.text).join(" | "));
  if (kinds.includes("winner")) return null;
  if (has("warning") || has("critical")) return "alert";
  if (table.header.cells.some((cell) => GO_IF.test(normalise(cell.text)))) return "migrate";
  if (has("baseline") && table.header.cells.some((cell) => ALERTING.test(normalise(cell.text)))) return "alert";
  if (
    /(?:roll ?back|abort|bail out|go back|undo|ruckfall|abbruch|zuruck wenn|retour arriere|reversion|vuelta atras)/.test(heads) &&
    (has("threshold") || has("trigger") || has("metric"))
  )
    return "rollback";
  const limits = has("threshold") || has("trigger") || has("target") || has("metric");
  if (place !== null && place.kind !== "neutral" && place.kind !== "aside") {
    if (has("severity") && place.kind !== "rollback") return "alert";
    if (!limits && place.by.nearness === "above") return null;
    if (SUCCESS.has(place.kind) || place.kind === "alert" || place.kind === "rollback" || place.kind === "watch") return place.kind;
    return limits || !has("cost") ? place.kind : null;
  }
  if (has("threshold") && has("severity")) return "alert";
  if (has("trigger") && (has("action") || has("cost") || has("threshold"))) return "migrate";
  if (has("target") && has("metric") && share(table, kinds, "target") >= 0.5) return "target";
  return null;
}

const GO_IF = /^(?:we )?(?:go|move|migrate|start|begin)(?: only| ahead)? (?:if|when|once)$/;

const SUCCESS: ReadonlySet<PlaceKind> = new Set(["success", "goal", "target"]);

/** Part of the cells in columns of a kind that hold a comparison. */
function share(table: Table, kinds: readonly (ColumnKind | null)[], kind: ColumnKind): number {
  const cells = table.rows.flatMap((row) => row.cells.filter((_, i) => kinds[i] === kind));
  return cells.length === 0 ? 0 : cells.filter((cell) => findConditions(cell.text).length > 0).length / cells.length;
}

/** Columns whose numbers are not limits. */
const ASIDE: ReadonlySet<ColumnKind | null> = new Set<ColumnKind | null>(["action", "cost", "baseline", "window", "severity", "winner"]);
/** Columns whose bare numbers are limits. */
const LIMITING: ReadonlySet<ColumnKind | null> = new Set<ColumnKind | null>(["warning", "critical", "threshold", "target"]);

function limitsOfRow(reading: Reading, row: Row): Limit[] {
  const { kinds } = reading;
  const cell = (kind: ColumnKind) => row.cells.find((_, i) => kinds[i] === kind)?.text ?? "";
  const named = nameOfRow(kinds, row);
  const window = findDurations(cell("window"))[0]?.duration ?? null;
  const action = cell("action") === "" ? null : cell("action");
  return row.cells.flatMap((one, i) => {
    const kind = kinds[i] ?? null;
    if (
      ASIDE.has(kind) ||
      one.text === "" ||
      (i > 0 && reading.kinds.includes("target") && SUCCESS.has(reading.kind) && kind !== "target" && kind !== "threshold" && kind !== "metric")
    )
      return [];
    const mentions = mentionsOfCell(reading, one.text, kind, named, table(reading).header.cells[i]?.text ?? "");
    return mentions.flatMap((mention, j) => {
      const metric = metricOfCell(one.text, mention, mentions[j - 1]?.end ?? 0, mentions[j + 1]?.start, named, table(reading).header.cells[i]?.text ?? "");
      if (metric === null) return [];
      const head = table(reading).header.cells[i]?.text ?? "";
      const made = limit(reading, kindOfColumn(reading, kind, head), row, one.text, mention, metric, named);
      return [{ ...made, for: made.for ?? window, action: made.action ?? action, level: levelInRow(reading, kind, row, made.level) }];
    });
  });
}

const table = (reading: Reading) => reading.table;

function levelInRow(reading: Reading, kind: ColumnKind | null, row: Row, found: Limit["level"]): Limit["level"] {
  if (kind === "warning" || kind === "critical") return kind;
  if (reading.kind !== "alert") return found;
  const severity = row.cells.find((_, i) => reading.kinds[i] === "severity")?.text ?? "";
  const action = row.cells.find((_, i) => reading.kinds[i] === "action")?.text ?? "";
  return levelOf(severity, [{ text: row.cells[0]?.text ?? "" }, { text: action }, ...reading.around]) ?? "warning";
}

/** The words of a row that name its quantity: the column of quantities, else the first. */
function nameOfRow(kinds: readonly (ColumnKind | null)[], row: Row): string {
  const metric = kinds.indexOf("metric");
  const text = metric >= 0 ? (row.cells[metric]?.text ?? "") : (row.cells[0]?.text ?? "");
  return text !== "" && findConditions(text).length === 0 ? text : (row.cells[0]?.text ?? "");
}

/** Comparisons of a cell; in a column of limits also a bare number, on the side its quantity is bad on. */
function mentionsOfCell(reading: Reading, text: string, kind: ColumnKind | null, named: string, head: string): ConditionMention[] {
  const all = findConditions(text);
  const found = all.filter((mention) => !text.slice(0, mention.start).includes("(") || all.length === 1);
  const moving = MOVING.has(reading.kind);
  const counted = kind === null && moving && COUNTED_HEAD.test(normalise(head));
  // "10,000 users or > 40k reads": what stands in front of the first comparison is a limit too.
  const bareFrom = LIMITING.has(kind) || counted ? 0 : moving && (kind === "trigger" || kind === "metric") ? 1 : null;
  if (bareFrom === null) return found;
  if (found.length === 0 && WITHIN.test(normalise(text))) return found;
  const [one] = findQuantities(text.slice(0, found[0]?.start ?? text.length));
  if (one === undefined || one.start > 24 || (found.length > 0 && (one.unit === null || kind === "warning" || kind === "critical"))) return found;
  if (bareFrom === 1 && (one.unit === null || one.currency !== null || TIME.has(one.unit))) return found;
  if (found.some((mention) => mention.start <= one.start && one.start < mention.end)) return found;
  const key = LEFT_OVER.test(normalise(named)) ? "free" : (metricOf(named, one.unit)?.key ?? "");
  // All of something is what is wanted.
  const whole = one.unit === "percent" && one.value === 100 && SUCCESS.has(reading.kind as PlaceKind);
  return [asMention(one, text, whole ? ">=" : sideOf(kindOfColumn(reading, kind, head), key)), ...found];
}

/** "within 21 days": when something is, not how much of it. */
const WITHIN =
  /^(?:within|in|innerhalb|binnen|dans|en|dentro de) (?:the )?\d{1,3} ?(?:days?|weeks?|months?|tage\p{L}*|wochen?|monate\p{L}*|jours?|semaines?|mois|dias?|semanas?|mes(?:es)?)(?!\p{L})/u;

const MOVING: ReadonlySet<TableKind> = new Set<TableKind>(["migrate", "justify", "review", "block"]);
const TIME = new Set(["ms", "s", "minutes", "hours", "days", "weeks", "months", "years"]);
const COUNTED_HEAD = /^(?:users|mau|dau|customers|nutzer|kunden|utilisateurs|clients|usuarios|clientes|requests|traffic|rps)/;

const NO_GO = /^(?:no-go|nogo|no go|stop|hold)$/;

/** Where a table has both, values to keep stand beside limits at which to go back. */
function kindOfColumn(reading: Reading, kind: ColumnKind | null, head: string): TableKind {
  const plain = normalise(head);
  if (kind === "target" && reading.kind === "rollback") return "target";
  if (SUCCESS.has(reading.kind as PlaceKind) && NO_GO.test(plain)) return "block";
  if (SUCCESS.has(reading.kind as PlaceKind) && /(?:roll ?back|abort|ruckfall|retour arriere|reversion)/.test(plain)) return "rollback";
  return reading.kind;
}

function sideOf(kind: TableKind, key: string): ConditionMention["op"] {
  const better = moreIsBetter(key);
  switch (kind) {
    case "success":
    case "goal":
    case "target":
    case "watch":
      return better ? ">=" : "<=";
    case "alert":
    case "rollback":
      return better && !/users|customers|requests/.test(key) ? "<" : ">";
    case "block":
      return "<";
    default:
      return ">=";
  }
}

function metricOfCell(text: string, mention: ConditionMention, from: number, to: number | undefined, named: string, head: string): MetricName | null {
  const own = metricNear(text, mention, from, to);
  if (own?.known === true && text.slice(from, mention.start).trim() !== "") return own;
  const unit = mention.unit ?? unitOfHead(head) ?? unitOfHead(named);
  const row = metricOf(`${named}${percentileSuffix(text)}`, unit);
  if (row !== null && (row.known || own?.known !== true)) return row;
  return own ?? metricOf(head, unit);
}

const percentileSuffix = (text: string) => /p\s?(?:50|90|95|99)\b/i.exec(text)?.[0].replace(/^/, " ") ?? "";

/** "Response time (ms)": the unit its numbers are in. */
function unitOfHead(head: string): string | null {
  const unit = /[([]\s?(%|ms|s|sec|min|GB|MB|TB|percent|users|req\/s|rps)\s?[)\]]/.exec(head)?.[1];
  return unit === undefined ? null : (findQuantities(`1 ${unit}`)[0]?.unit ?? null);
}

function limit(reading: Reading, column: TableKind, row: Row, text: string, mention: ConditionMention, metric: MetricName, named: string): Limit {
  const kind: LimitKind = column === "watch" ? (healthy(mention.op, metric.key) ? "target" : "alert") : column;
  return {
    kind,
    line: row.line,
    text: named === text ? text : `${named}: ${text}`,
    op: mention.op,
    value: mention.value,
    high: mention.high,
    metric,
    unit: metric.unit ?? mention.unit,
    money: mention.money,
    currency: mention.currency,
    for: mention.for,
    forText: mention.forText,
    approximate: mention.approximate,
    level: null,
    action: null,
    place: reading.place ?? { kind, by: reading.around[0] ?? { text: "", line: reading.table.line, nearness: "heading" } },
    around: reading.around,
    row: named,
  };
}
