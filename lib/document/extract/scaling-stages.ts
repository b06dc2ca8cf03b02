import type { Entry } from "../draft";
import { metricOf } from "../grammar/metric-names";
import { findQuantities } from "../grammar/quantity";
import { normalise, wordTest } from "../lexicon/words";
import { ensureMetric } from "./ensure-metric";
import type { BillRow } from "./prices-bills";
import { type Defaults, nameOf, statedOf } from "./prices-reading";
import { outlined } from "./stacks";
import type { Extract } from "./types";

type Stage = Entry<"scalingStages">;

/** Headings of columns that hold what is added to the cost. */
const ADDED = wordTest([
  "impact",
  "extra",
  "additional",
  "added",
  "increase",
  "delta",
  "more",
  "on top",
  "zusatzlich*",
  "mehrkosten",
  "aufpreis",
  "supplement*",
  "supplementaire*",
  "surcout",
  "adicional*",
  "extra cost",
  "incremento",
  "change",
]);

/** Stages of growth with what they cost, or what they add to the cost. */
export const scalingStages: Extract = (at) => {
  const { draft } = at;
  for (const bill of outlined(at).bills) {
    if (bill.layout !== "stages") continue;
    const defaults: Defaults = { period: bill.period, currency: bill.currency, project: draft.plan.project.currency ?? "USD" };
    const added = bill.block.type === "table" && bill.block.header.cells.some((cell) => ADDED.test(normalise(cell.text)));
    for (const row of bill.rows) {
      const stage = stageOf(row, defaults, added);
      if (stage === null) continue;
      const size = findQuantities(row.name)[0] ?? findQuantities(row.note)[0];
      const metric = size === undefined || size.unit === null || size.currency !== null ? null : metricOf(size.unit, size.unit);
      const reached = metric === null || size === undefined ? {} : { metric: ensureMetric(draft, metric, row.line), op: ">=" as const, value: size.value };
      draft.add("scalingStages", { key: draft.key("scalingStages", stage.title, "stage"), ...stage, ...reached }, row.line);
    }
  }
};

function stageOf(row: BillRow, defaults: Defaults, added: boolean): Omit<Stage, "key"> | null {
  if (row.kind !== "item" || row.amount === null || row.amount.money.form === "percent") return null;
  const { money, text } = row.amount;
  const cost = statedOf(money, defaults);
  const delta = added || /^\s*\+/.test(text.slice(0, money.end));
  const title = (nameOf(row.name) || money.text).slice(0, 200);
  const parts = row.others.flatMap(({ money: part, text: words }) =>
    part.form === "fixed" && part.low !== null && part.start < money.start
      ? [
          {
            name: (
              nameOf(
                words
                  .slice(Math.max(0, part.start - 60), part.start)
                  .split(/[+:,]/)
                  .at(-1) ?? "",
              ) || "Part"
            ).slice(0, 200),
            amount: part.low,
          },
        ]
      : [],
  );
  return {
    title,
    ...(delta ? { costDelta: cost } : { cost }),
    ...(parts.length > 1 ? { parts: parts.slice(0, 20) } : {}),
    ...(row.note !== "" && row.note !== row.name && row.note !== text ? { action: row.note.slice(0, 300) } : {}),
    line: row.line,
  };
}
