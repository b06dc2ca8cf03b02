import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { shownRange, statedInterval } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";

type Range = { min: Decimal; max: Decimal };
type Replacement = Plan["replacements"][number];

/** What a phase saves must follow from the components it replaces, for one reading at least of their ranges. */
const check: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  plan.migrations.forEach((migration, i) => {
    migration.phases.forEach((phase, j) => {
      const impact = phase.costImpact;
      const parts = plan.replacements.flatMap((entry, k) => (entry.phase === phase.key ? [{ entry, path: `replacements[${k}]` }] : []));
      if (impact === undefined || impact.period !== "month" || impact.max === undefined || parts.length === 0) return;
      if (parts.some(({ entry }) => [...entry.from, entry.to].some((side) => side.period !== "month"))) return;
      const { min, max } = statedInterval(impact);
      if (max === null) return;
      const stated = { min: max.neg(), max: min.neg() };
      const readings = readingsOf(parts.map(({ entry }) => entry));
      const first = readings[0];
      if (first === undefined || readings.some((reading) => near(stated.min, reading.min) && near(stated.max, reading.max))) return;
      noticed.push({
        code: rule.code,
        level: "warning",
        path: `migrations[${i}].phases[${j}].costImpact`,
        also: parts.map(({ path }) => path).slice(0, 20),
        message: `${phase.title}: ${shownRange(stated, money)} are said to be saved, its ${parts.length === 1 ? "component gives" : `${parts.length} components give`} ${shownRange(first, money)} before and ${shownRange(readings[1] ?? first, money)} after the new cost.`,
        expected: shownRange(readings[1] ?? first, money),
        found: shownRange(stated, money),
        hint: "Add up what is replaced in this phase and subtract what replaces it.",
      });
    });
  });
  return noticed;
};

/** First-named sources alone, minus the new cost crosswise, minus it end by end; then the same with all alternatives. */
function readingsOf(parts: Replacement[]): Range[] {
  const sum = (of: (part: Replacement) => [number, number]): Range =>
    parts.reduce(
      (all, part) => {
        const [low, high] = of(part);
        return { min: all.min.plus(low), max: all.max.plus(high) };
      },
      { min: new Decimal(0), max: new Decimal(0) },
    );
  const first = sum(({ from }) => [from[0]?.min ?? 0, from[0]?.max ?? from[0]?.min ?? 0]);
  const any = sum(({ from }) => [Math.min(...from.map((side) => side.min)), Math.max(...from.map((side) => side.max ?? side.min))]);
  const after = sum(({ to }) => [to.min, to.max ?? to.min]);
  const crosswise = (before: Range): Range => ({ min: before.min.minus(after.max), max: before.max.minus(after.min) });
  const ends = (before: Range): Range => ({ min: before.min.minus(after.min), max: before.max.minus(after.max) });
  return [first, crosswise(first), ends(first), any, crosswise(any), ends(any)];
}

/** Within half a unit of the last digit that counts (400 may stand for 350 to 450), or 2 %. */
function near(stated: Decimal, value: Decimal): boolean {
  const text = stated.abs().toFixed();
  const zeros = text.includes(".") ? 0 : (/0*$/.exec(text)?.[0].length ?? 0);
  const slack = stated.isZero() ? new Decimal("0.5") : Decimal.max(new Decimal(10).pow(Math.min(zeros, 2)).div(2), stated.abs().times("0.02"));
  return stated.minus(value).abs().lessThanOrEqualTo(slack);
}

const plan = (min: number) => `stacks: [{ key: old, name: Old, role: current }, { key: new, name: New, role: target }]
migrations:
  - { key: move, name: Move, from: old, to: new, phases: [{ key: tools, title: Tools, costImpact: { min: ${min}, max: -50 } }] }
replacements:
  - { component: monitoring, phase: tools, from: [{ name: A, min: 50, max: 200 }], to: { name: B, min: 0 } }
  - { component: errors, phase: tools, from: [{ name: C, min: 0, max: 80 }], to: { name: D, min: 0 } }
`;

export const rule: Rule = {
  code: "phase-impact-vs-parts",
  family: "cost-totals",
  levels: ["warning"],
  says: "What a phase is said to save does not follow from the components it replaces.",
  example: {
    wrong: plan(-500),
    finds: "Tools: $50.00 to $500.00 are said to be saved, its 2 components give $50.00 to $280.00 before and $50.00 to $280.00 after the new cost.",
    right: plan(-280),
  },
  check,
};
