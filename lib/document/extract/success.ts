import type { Draft, Entry } from "../draft";
import { findDurations } from "../grammar/duration";
import { metricOf } from "../grammar/metric-names";
import { findQuantities } from "../grammar/quantity";
import { ensureMetric } from "./ensure-metric";
import { numberedName, stackOf } from "./stacks-names";
import { limitsOf } from "./triggers-all";
import type { Limit } from "./triggers-limits";
import { saysItself } from "./triggers-places";
import { type Statement, statementsOf } from "./triggers-statements";
import type { Extract } from "./types";

const KINDS = new Set(["success", "goal", "target"]);

/** What counts as done, values to keep, and goals: with a limit where they name one, as words otherwise. */
export const success: Extract = ({ tree, draft }) => {
  const limits = limitsOf(tree).filter((limit) => KINDS.has(limit.kind));
  const numeric = new Set(limits.map((limit) => limit.line));
  const points = statementsOf(tree).filter((statement) => KINDS.has(statement.place?.kind ?? "") && !numeric.has(statement.line));
  const all = [
    ...limits.map((limit) => ({ line: limit.line, add: () => addLimit(draft, limit) })),
    ...points.map((statement) => ({ line: statement.line, add: () => addPoint(draft, statement) })),
  ].sort((a, b) => a.line - b.line);
  for (const one of all) one.add();
};

function addLimit(draft: Draft, limit: Limit): void {
  const metric = ensureMetric(draft, limit.metric, limit.line);
  const condition = {
    metric,
    op: limit.op,
    value: limit.value,
    ...(limit.high === null ? {} : { high: limit.high }),
    ...(limit.unit === null ? {} : { unit: limit.unit.slice(0, 40) }),
  };
  const window = limit.for === null ? {} : { window: limit.for };
  const stack = stackAround(draft, limit.around);
  const { line } = limit;
  if (limit.kind === "goal") draft.add("goals", { text: limit.text.slice(0, 500), ...condition, line }, line);
  else if (limit.kind === "success" && !isKpi(limit))
    draft.add(
      "successCriteria",
      { key: draft.key("successCriteria", limit.metric.key, "criterion"), text: limit.text.slice(0, 500), ...condition, ...window, ...stack, line },
      line,
    );
  else {
    const group = limit.around[0]?.nearness === "label" ? { group: limit.around[0].text.slice(0, 80) } : {};
    draft.add(
      "targets",
      { key: draft.key("targets", limit.metric.key, "target"), name: limit.metric.name, ...condition, ...window, ...stack, ...group, line },
      line,
    );
  }
  draft.claim(line, "success");
}

const isKpi = (limit: Limit) =>
  limit.around.some((one) => one.nearness !== "above" && /\b(?:kpis?|slos?|key performance|kennzahlen|indicateurs|indicadores)\b/i.test(one.text));

function stackAround(draft: Draft, around: Limit["around"]): { stack?: string } {
  for (const one of around) {
    if (!/\d|current|target|new|old|neu|alt|nouve|ancien|nuev|antigu/i.test(one.text)) continue;
    const stack = stackOf(draft, one.text);
    if (stack !== null) return { stack };
  }
  return {};
}

/** A way from one value to another, a value without a comparison, or words. */
function addPoint(draft: Draft, statement: Statement): void {
  const { text, line, form, place, item } = statement;
  if (place === null || form === "sentence" || saysItself(place) || place.by.nearness === "above" || !/\p{L}{3}/u.test(text) || /[:：]$/.test(text)) return;
  if (item !== null && item.children.length > 0) return;
  // "Stage 1: Mobilise" among the gates of a move names a part of it.
  if (numberedName(text.slice(0, 24))?.startsWith("phase") === true) return;
  const quantities = findQuantities(text);
  const [first, second] = quantities;
  if (first !== undefined && second !== undefined && /^\s*(?:→|->|=>|➜|⟶|to|auf|à|a)\s*$/u.test(text.slice(first.end, second.start))) {
    const metric = metricOf(text.slice(0, first.start), second.unit ?? first.unit);
    if (metric === null) return;
    const group = statement.around[0]?.nearness === "label" ? { group: statement.around[0].text.slice(0, 80) } : {};
    const entry: Entry<"targets"> = {
      key: draft.key("targets", metric.key, "target"),
      name: metric.name,
      metric: ensureMetric(draft, metric, line),
      from: first.value,
      to: second.value,
      ...stackAround(draft, statement.around),
      ...group,
      line,
    };
    draft.add("targets", entry, line);
    draft.claim(line, "success");
    return;
  }
  const window = findDurations(text)[0]?.duration;
  if (place.kind === "goal" && form === "item") draft.add("goals", { text: text.slice(0, 500), ...statedValue(draft, statement), line }, line);
  else if (place.kind === "success")
    draft.add(
      "successCriteria",
      {
        key: draft.key("successCriteria", text.slice(0, 60), "criterion"),
        text: text.slice(0, 500),
        ...statedValue(draft, statement),
        ...(window === undefined ? {} : { window }),
        line,
      },
      line,
    );
}

/** "Break-even: 9 clients": a quantity the catalogue knows, without a comparison. */
function statedValue(draft: Draft, { text, lead, line }: Statement): { metric?: string; value?: number; unit?: string } {
  const [first] = findQuantities(text);
  if (first === undefined || lead === null || first.start < lead.length || first.high !== null) return {};
  const metric = metricOf(lead, first.unit);
  if (metric?.known !== true) return {};
  return { metric: ensureMetric(draft, metric, line), value: first.value, ...(metric.unit === null ? {} : { unit: metric.unit }) };
}
