import type { Draft } from "../draft";
import { type MetricName, metricOf } from "../grammar/metric-names";
import { findQuantities, type Quantity } from "../grammar/quantity";
import { normalise, wordTest } from "../lexicon/words";
import type { Section } from "../tree";
import { ensureMetric } from "./ensure-metric";
import { tellingWords } from "./stacks-names";
import { type Statement, statementsOf } from "./triggers-statements";
import type { Extract } from "./types";

const FREE = wordTest([
  "free",
  "free tier*",
  "free plan*",
  "free allowance*",
  "free quota*",
  "included",
  "kostenlos*",
  "gratis",
  "freikontingent*",
  "inklusive",
  "gratuit*",
  "inclus",
  "incluido*",
  "incluidos",
]);
/** What lies above a free allowance costs something. */
const BEYOND =
  /(?<![\p{L}])(?:exceed(?:s|ed|ing)?|overages?|beyond|thereafter|above (?:that|this|the free)|over (?:that|the (?:free|limit))|extra usage|additional usage|uberschreit\p{L}*|daruber hinaus|mehrverbrauch|depass\p{L}*|au-dela|surconsommation|exced\p{L}*|por encima|exceso)(?![\p{L}])/u;
/** A list of sizes of one service to grow through. */
const UPGRADES = wordTest([
  "upgrade path",
  "upgrade tiers",
  "upgrade options",
  "next tier*",
  "tiers to grow into",
  "ausbaustufen",
  "upgrade-pfad",
  "paliers",
  "ruta de crecimiento",
]);

/** Free allowances whose excess costs something or needs a larger tier: reaching them is worth a look. */
export const allowances: Extract = ({ tree, draft }) => {
  const bySection = new Map<Section, Statement[]>();
  for (const statement of statementsOf(tree)) {
    if (statement.form === "sentence") continue;
    const list = bySection.get(statement.section);
    if (list === undefined) bySection.set(statement.section, [statement]);
    else list.push(statement);
  }
  for (const [section, statements] of bySection) {
    const found = allowancesOf(statements);
    if (found.length === 0) continue;
    const firstSaid = firstSaidOf(statements);
    for (const one of found) add(draft, section, firstSaid(one));
  }
};

interface Allowance {
  statement: Statement;
  quantity: Quantity;
  intent: "overage" | "upgrade-tier";
}

function allowancesOf(statements: readonly Statement[]): Allowance[] {
  const labelOf = (statement: Statement) => normalise(statement.around.find((one) => one.nearness === "label")?.text ?? "");
  const withMoney = statements.filter((statement) => findQuantities(statement.text).some((one) => one.currency !== null));
  const priced = withMoney.filter((statement) => BEYOND.test(normalise(statement.text)));
  const above = withMoney.some((statement) => BEYOND.test(labelOf(statement)));
  const besideMoney = besideTest(withMoney);
  const besidePriced = besideTest(priced);
  const isPriced = new Set(priced);
  return statements.flatMap((statement) => {
    const label = labelOf(statement);
    const lead = normalise(statement.lead ?? "");
    if (above && FREE.test(label) && !BEYOND.test(label)) return measured(statement, "overage");
    if (UPGRADES.test(label) && FREE.test(lead) && besideMoney(statement)) return measured(statement, "upgrade-tier");
    if (FREE.test(normalise(statement.text)) && !isPriced.has(statement) && besidePriced(statement)) return measured(statement, "overage");
    return [];
  });
}

/** Whether another statement of the same block is among some; counted once, blocks may be long. */
function besideTest(some: readonly Statement[]): (statement: Statement) => boolean {
  const own = new Set(some);
  const counts = new Map<Statement["block"], number>();
  for (const { block } of some) counts.set(block, (counts.get(block) ?? 0) + 1);
  return (statement) => (counts.get(statement.block) ?? 0) > (own.has(statement) ? 1 : 0);
}

/** Finds where the section first speaks of the same free amount. */
function firstSaidOf(statements: readonly Statement[]): (found: Allowance) => Allowance {
  const size = ({ value, unit }: Quantity) => `${value} ${unit?.split("/")[0] ?? ""}`;
  const place = new Map(statements.map((statement, i) => [statement, i]));
  const first = new Map<string, { statement: Statement; quantity: Quantity }>();
  for (const statement of statements)
    if (FREE.test(normalise(statement.text)))
      for (const quantity of findQuantities(statement.text)) if (!first.has(size(quantity))) first.set(size(quantity), { statement, quantity });
  return (found) => {
    const earlier = first.get(size(found.quantity));
    return earlier === undefined || (place.get(earlier.statement) ?? 0) >= (place.get(found.statement) ?? 0) ? found : { ...found, ...earlier };
  };
}

/** Sizes and counts of a statement; money and instances are no allowance. */
function measured(statement: Statement, intent: Allowance["intent"]): Allowance[] {
  return findQuantities(statement.text)
    .filter(
      (one) =>
        one.currency === null &&
        one.high === null &&
        (one.unit !== null
          ? !["instances", "vms", "vCPU", "x", "percent"].includes(one.unit)
          : /^\s(?:compute|build|function)\s/i.test(statement.text.slice(one.end, one.end + 12))),
    )
    .map((quantity) => ({ statement, quantity, intent }));
}

function add(draft: Draft, section: Section, { statement, quantity, intent }: Allowance): void {
  const { text } = statement;
  const line = statement.lineAt(quantity.start);
  const metric = named(section, text, quantity);
  if (metric === null) return;
  const key = ensureMetric(draft, metric, line);
  if (draft.plan.triggers.some((trigger) => trigger.metric === key && trigger.value === quantity.value)) return;
  const group = groupOf(draft, line);
  draft.add(
    "triggers",
    {
      key: draft.key("triggers", `allowance ${metric.key}`, "allowance"),
      ...(group === null ? {} : { group }),
      kind: "review",
      intent,
      metric: key,
      op: ">",
      value: quantity.value,
      ...(metric.unit === null ? {} : { unit: metric.unit.slice(0, 40) }),
      text: text.slice(0, 500),
      line,
    },
    line,
  );
  draft.claim(line, "allowances", quantity.start, quantity.end);
}

/** What is used up, with the service whose allowance it is. */
function named(section: Section, text: string, quantity: Quantity): MetricName | null {
  const near = text.slice(quantity.start, quantity.end + 40).split(/[,;()]/)[0] ?? "";
  const own = metricOf(near, quantity.unit) ?? metricOf("used", quantity.unit);
  const service = tellingWords(section.title.split(/[:：]/).at(-1) ?? section.title).slice(0, 2);
  if (service.length === 0) return own;
  const prefix = service.join("_").replace(/[^a-z0-9]+/g, "_");
  const base = own ?? { key: "usage", name: "usage", unit: quantity.unit, known: false };
  return {
    ...base,
    key: `${prefix.slice(0, 30)}_${base.key}`.slice(0, 63),
    name: `${service.join(" ")}: ${base.name.toLowerCase()}`.replace(/^\p{L}/u, (first) => first.toUpperCase()),
  };
}

function groupOf(draft: Draft, line: number): string | null {
  const name = "Free allowances";
  const known = draft.plan.triggerGroups.find((group) => group.name === name);
  if (known !== undefined) return known.key;
  const key = draft.key("triggerGroups", name, "allowances");
  return draft.add("triggerGroups", { key, name, kind: "review", combine: "any", combineStated: true, line }, line) ? key : null;
}
