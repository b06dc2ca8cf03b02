import { normalise } from "../lexicon/words";
import { withDescendants } from "../tree";
import type { Extract } from "./types";

const ALWAYS = /\b24\/7\b|\b24x7\b|\balways[ -]on\b|\baround the clock\b|\brund um die uhr\b|\bdurchgehend\b|\ben continu\b|\b24 horas\b/;
const OPTIONAL = /\b(?:optional|option|optionnel(?:le)?|opcional)\b/;
const TIMES = /(?:^|[\s(])(\d{1,3})\s?[×x](?=[\s)])|\s[×x]\s?(\d{1,3})(?=$|[\s),])/;

/** Ties together what others have read: replacements to their phase, hours to running all the time, rows to how many there are of them. */
export const ties: Extract = ({ tree, draft }) => {
  const { plan } = draft;
  const phases = plan.migrations.flatMap((migration) => migration.phases ?? []);
  for (const section of tree.sections) {
    const phase = phases.find((one) => one.line === section.line);
    if (phase === undefined) continue;
    const end = Math.max(...withDescendants(section).map((one) => one.endLine));
    for (const replacement of plan.replacements) {
      const line = replacement.lines?.[0] ?? (Array.isArray(replacement.line) ? replacement.line[0] : replacement.line);
      if (line !== undefined && line > section.line && line <= end) replacement.phase = phase.key;
    }
  }
  const rows = plan.stacks.flatMap((stack) => stack.resources ?? []);
  const lists = [
    ...rows.flatMap((row) => [row.allowances, ...(row.lineItems ?? []).map((item) => item.price.allowances)]),
    ...plan.pricingRules.flatMap((rule) => [rule.allowances, rule.price?.allowances]),
    ...plan.otherPrices.map((price) => price.price.allowances),
  ];
  for (const allowance of lists.flatMap((list) => list ?? [])) {
    const line = Array.isArray(allowance.line) ? allowance.line[0] : allowance.line;
    if (line !== undefined && ALWAYS.test(normalise(tree.lines[line - 1] ?? ""))) allowance.alwaysOn = true;
  }
  for (const row of rows) {
    const line = Array.isArray(row.line) ? row.line[0] : row.line;
    if (line !== undefined && row.optional === undefined && OPTIONAL.test(normalise(tree.lines[line - 1] ?? ""))) row.optional = true;
    const times = row.count === undefined ? TIMES.exec(row.name) : null;
    const count = Number(times?.[1] ?? times?.[2] ?? 0);
    if (count > 1) row.count = count;
  }
};
