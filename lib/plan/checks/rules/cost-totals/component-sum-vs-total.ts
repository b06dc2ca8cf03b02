import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { plain, shownRange, statedInterval } from "../../amounts";
import type { Check, Facts, Noticed, Rule } from "../../types";
import { knownUnit } from "../triggers-and-thresholds/units";

/** The parts of a stage must add up to its cost, the services of a host to the memory it is said to use. */
const check: Check = (plan, facts) => [...stages(plan, facts), ...memory(plan), ...drawings(plan)];

function stages(plan: Plan, { money }: Facts): Noticed[] {
  const noticed: Noticed[] = [];
  plan.scalingStages.forEach((stage, i) => {
    if (stage.parts === undefined || stage.parts.length < 2 || stage.cost === undefined) return;
    const sum = stage.parts.reduce((total, part) => total.plus(part.amount), new Decimal(0));
    const { min, max } = statedInterval(stage.cost);
    if (sum.greaterThanOrEqualTo(min) && (max === null || sum.lessThanOrEqualTo(max))) return;
    noticed.push({
      code: rule.code,
      level: "error",
      path: `scalingStages[${i}]`,
      message: `${stage.title}: the parts add up to ${money(sum)}, the stage is given as ${shownRange({ min, max }, money)}.`,
      expected: shownRange({ min, max }, money),
      found: money(sum),
    });
  });
  return noticed;
}

/** At least three services with a size, and a figure for the memory in use that is more than a tenth away from their sum. */
function memory(plan: Plan): Noticed[] {
  const used = plan.targets.flatMap((target, i) => {
    const metric = plan.metrics.find((entry) => entry.key === target.metric);
    const words = `${metric?.key ?? ""} ${metric?.name ?? ""}`.replaceAll(/[_-]/g, " ");
    const unit = knownUnit(target.unit ?? metric?.unit);
    const stated = target.op === undefined && target.baseline !== true && typeof target.value === "number" ? target.value : undefined;
    if (stated === undefined || unit?.kind !== "bytes" || !/\b(memory|ram|arbeitsspeicher|memoire|mémoire|memoria)\b/i.test(words)) return [];
    return [{ mb: (stated * unit.factor) / 1e6, stack: target.stack, path: `targets[${i}]` }];
  });
  return plan.stacks.flatMap((stack, i) =>
    stack.resources.flatMap((host): Noticed[] => {
      const guests = stack.resources.flatMap((guest, j) =>
        guest.host === host.key && guest.memoryMb !== undefined ? [{ mb: guest.memoryMb * (guest.count ?? 1), path: `stacks[${i}].resources[${j}]` }] : [],
      );
      const sum = guests.reduce((all, guest) => all + guest.mb, 0);
      const stated = used.find((entry) => entry.stack === undefined || entry.stack === stack.key);
      if (guests.length < 3 || stated === undefined || Math.abs(stated.mb - sum) <= stated.mb / 10) return [];
      return [
        {
          code: rule.code,
          level: "info",
          path: stated.path,
          also: guests.slice(0, 8).map(({ path }) => path),
          message: `${host.name}: its services take ${plain(sum)} MB together, ${plain(stated.mb)} MB are said to be in use.`,
          expected: `${plain(sum)} MB`,
          found: `${plain(stated.mb)} MB`,
        },
      ];
    }),
  );
}

/** The same within one drawing: the boxes and what is said to be in use. */
function drawings(plan: Plan): Noticed[] {
  return plan.topologies.flatMap((drawing, i): Noticed[] => {
    const used = drawing.memoryInUse?.usedMb;
    const sum = drawing.boxes.reduce((all, box) => all + box.memoryMb, 0);
    if (used === undefined || drawing.boxes.length < 3 || Math.abs(used - sum) <= used / 10) return [];
    return [
      {
        code: rule.code,
        level: "info",
        path: `topologies[${i}].memoryInUse`,
        also: drawing.boxes.map((_, j) => `topologies[${i}].boxes[${j}]`).slice(0, 8),
        message: `${drawing.title}: the boxes take ${plain(sum)} MB together, ${plain(used)} MB are said to be in use.`,
        expected: `${plain(sum)} MB`,
        found: `${plain(used)} MB`,
      },
    ];
  });
}

const stage = (second: number) => `scalingStages:
  - { key: big, title: Two regions, cost: { min: 100, max: 100 }, parts: [{ name: Server, amount: 70 }, { name: Disk, amount: ${second} }] }
`;

export const rule: Rule = {
  code: "component-sum-vs-total",
  family: "cost-totals",
  levels: ["error", "info"],
  says: "The parts that are listed do not add up to the total beside them.",
  example: { wrong: stage(20), finds: "Two regions: the parts add up to $90.00, the stage is given as $100.00.", right: stage(30) },
  check,
};
