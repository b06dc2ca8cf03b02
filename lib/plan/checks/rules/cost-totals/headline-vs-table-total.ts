import { shownRange, statedInterval } from "../../amounts";
import { listed, rowsOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";
import { judgedFigures } from "./stated-figures";

/** One finding per stack: every figure that does not follow from the rows, whichever period it is given in. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    const judged = judgedFigures(stack, total, plan.project.currency).map((entry) => ({ ...entry, path: `stacks[${i}].statedTotals[${entry.at}]` }));
    const wrong = judged.filter((entry) => !entry.follows);
    const first = wrong[0];
    if (first === undefined || total === undefined) return;
    const figures = wrong.map(({ stated }) => `the ${stated.kind} says ${shownRange(statedInterval(stated), money)} per ${stated.period}`);
    const right = judged.filter((entry) => entry.follows).map((entry) => entry.path);
    noticed.push({
      code: rule.code,
      level: "error",
      path: first.path,
      also: [...wrong.slice(1).map((entry) => entry.path), ...(right.length > 0 ? right : rowsOf(plan, stack.key))],
      message: `${stack.name}: ${figures.join(", ")}, the rows add up to ${shownRange(first.computed, money)}${total.unknown.length > 0 ? ` before ${listed(total.unknown)}, which have no amount` : ""}.`,
      expected: shownRange(first.computed, money),
      found: shownRange(statedInterval(first.stated), money),
      hint: "Correct the figure, or add the row that is missing.",
    });
  });
  return noticed;
};

export const rule: Rule = {
  code: "headline-vs-table-total",
  family: "cost-totals",
  levels: ["error"],
  says: "A heading, a headline or a total is not the sum of its rows.",
  example: {
    wrong: `stacks:
  - key: now
    name: Two servers
    role: current
    resources:
      - { key: web, name: Web server, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: cache, name: Cache, lineItems: [{ price: { form: range, min: 5, max: 10 } }] }
    statedTotals: [{ kind: heading, min: 20, max: 22 }, { min: 25, max: 30 }]
`,
    finds: "Two servers: the heading says $20.00 to $22.00 per month, the rows add up to $25.00 to $30.00.",
    right: `stacks:
  - key: now
    name: Two servers
    role: current
    resources:
      - { key: web, name: Web server, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: cache, name: Cache, lineItems: [{ price: { form: range, min: 5, max: 10 } }] }
    statedTotals: [{ kind: heading, min: 20, max: 30 }, { min: 25, max: 30 }, { min: 300, max: 360, period: year }]
`,
  },
  check,
};
