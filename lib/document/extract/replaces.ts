import type { Draft, Entry } from "../draft";
import { outlined } from "./stacks";
import { tellingWords } from "./stacks-names";
import type { Extract } from "./types";

type Resource = NonNullable<Entry<"stacks">["resources"]>[number];

/** Which rows of the new stack take over from which of the old: side by side in one table, or named as a pair. */
export const replaces: Extract = (at) => {
  const { draft } = at;
  const current = draft.plan.stacks.find((stack) => stack.role === "current");
  const targets = draft.plan.stacks.filter((stack) => stack.role === "target");
  if (current === undefined || targets.length === 0) return;
  const { bills, stackOfBill } = outlined(at);
  const blocks = new Set(bills.filter((bill) => stackOfBill.get(bill) === current.key).map((bill) => bill.block));
  for (const target of targets) {
    const besides = new Set(
      bills.filter((bill) => stackOfBill.get(bill) === target.key && blocks.has(bill.block)).flatMap((bill) => bill.rows.map((row) => row.line)),
    );
    for (const resource of target.resources ?? []) {
      const old = (current.resources ?? []).find((one) => one.line !== undefined && one.line === resource.line && besides.has(Number(one.line)));
      if (old !== undefined) put(resource, old.key);
    }
    byPairs(draft, current.resources ?? [], target.resources ?? []);
  }
};

function byPairs(draft: Draft, before: readonly Resource[], after: readonly Resource[]): void {
  for (const { from, to } of draft.plan.replacements) {
    const next = named(to.name, after);
    if (next === null) continue;
    for (const side of from) {
      const old = named(side.name, before);
      if (old !== null) put(next, old.key);
    }
  }
}

/** The one row that a name means; null where several or none do. */
function named(name: string, rows: readonly Resource[]): Resource | null {
  const words = new Set(tellingWords(name));
  const scored = rows.map((row) => ({ row, shared: tellingWords(row.name).filter((word) => words.has(word)).length })).sort((a, b) => b.shared - a.shared);
  const [best, second] = scored;
  return best === undefined || best.shared === 0 || best.shared === second?.shared ? null : best.row;
}

function put(resource: Resource, key: string): void {
  if (!(resource.replaces ?? []).includes(key)) resource.replaces = [...(resource.replaces ?? []), key];
}
