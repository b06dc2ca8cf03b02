import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { hostDisk, isDisk, storedGb } from "./storage";

/** Space that is promised for one thing must be free: not the whole disk when other things are on it. */
const check: Check = (plan) => {
  const stackAt = plan.stacks.findIndex((stack) => stack.role === "target" && hostDisk(stack) !== null);
  const stack = plan.stacks[stackAt];
  const disk = stack === undefined ? null : hostDisk(stack);
  if (stack === undefined || disk === null) return [];
  const usedAt = plan.targets.findIndex(
    (target) => isDisk(plan, target.metric) && target.baseline !== true && typeof target.value === "number" && target.free !== undefined,
  );
  const used = plan.targets[usedAt];
  const free = used?.free ?? disk.gb;
  return plan.outcomes.flatMap((outcome, i): Noticed[] => {
    const factor = storedGb(plan, outcome.metric);
    const promised = factor === null ? undefined : (outcome.after.value ?? outcome.after.min);
    if (factor === null || promised === undefined || promised * factor <= free) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `outcomes[${i}]`,
        also: [`stacks[${stackAt}].resources[${disk.at}]`, ...(usedAt < 0 ? [] : [`targets[${usedAt}]`])],
        message: `${outcome.name}: ${plain(promised * factor)} GB are promised, the disk of ${disk.name} has ${plain(disk.gb)} GB${usedAt < 0 ? "" : `, of which ${plain(free)} are free`}.`,
        expected: `at most ${plain(free)} GB`,
        found: `${plain(promised * factor)} GB`,
      },
    ];
  });
};

const plan = (promised: number) => `metrics: [{ key: files_gb, name: Files, unit: GB }, { key: disk_gb, name: Disk used, unit: GB }]
stacks: [{ key: one, name: One server, role: target, resources: [{ key: server, name: Server, diskGb: 100 }] }]
outcomes: [{ metric: files_gb, name: File storage, before: { value: 1 }, after: { value: ${promised} } }]
targets: [{ metric: disk_gb, value: 40, free: 60 }]
`;

export const rule: Rule = {
  code: "resource-larger-than-capacity",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "More space is promised than is free on the disk.",
  example: {
    wrong: plan(100),
    finds: "File storage: 100 GB are promised, the disk of Server has 100 GB, of which 60 are free.",
    right: plan(50),
  },
  check,
};
