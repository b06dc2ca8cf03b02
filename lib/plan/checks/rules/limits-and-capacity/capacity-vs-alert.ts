import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { drawnDisk, hostDisk, isDisk, storedGb, targetDisk } from "./storage";

/** What a stack is said to hold with ease must not already set off the alert on its disk. */
const check: Check = (plan) => {
  const alertAt = plan.alertRules.findIndex(
    (entry) => isDisk(plan, entry.metric) && entry.warning !== undefined && (entry.warning.op === ">" || entry.warning.op === ">="),
  );
  const alert = plan.alertRules[alertAt];
  const limit = alert?.warning?.value;
  const unit = plan.metrics.find((metric) => metric.key === alert?.metric)?.unit ?? "";
  if (alert === undefined || limit === undefined || !/^(percent|%)$/i.test(unit)) return [];
  const holders = [
    ...plan.stacks.map((stack, i) => ({ name: stack.name, capacity: stack.capacity, disk: hostDisk(stack) ?? drawnDisk(plan), path: `stacks[${i}].` })),
    { name: "The setup", capacity: plan.capacity, disk: drawnDisk(plan) ?? targetDisk(plan), path: "" },
  ];
  return holders.flatMap((stack): Noticed[] => {
    const { disk } = stack;
    const parts = stack.capacity.flatMap((entry, j) => {
      const factor = storedGb(plan, entry.metric);
      const value = entry.max ?? entry.value;
      return factor === null || value === undefined ? [] : [{ gb: value * factor, path: `${stack.path}capacity[${j}]` }];
    });
    if (disk === null || parts.length === 0) return [];
    const used = parts.reduce((sum, part) => sum + part.gb, 0);
    const percent = (used / disk.gb) * 100;
    if (percent <= limit) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: parts[0]?.path ?? "capacity",
        also: [...parts.slice(1).map(({ path }) => path), `alertRules[${alertAt}]`],
        message: `${stack.name}: what it is said to hold (${plain(used)} GB) fills ${plain(percent)} % of ${plain(disk.gb)} GB, above the alert at ${plain(limit)} %.`,
        expected: `at most ${plain((disk.gb * limit) / 100)} GB`,
        found: `${plain(used)} GB`,
      },
    ];
  });
};

const plan = (files: number) => `metrics:
  - { key: database_gb, name: Database size, unit: GB }
  - { key: files_gb, name: Files, unit: GB }
  - { key: disk_percent, name: Disk, unit: percent }
stacks:
  - key: one
    name: One server
    role: target
    resources: [{ key: server, name: Server, diskGb: 100 }]
    capacity: [{ metric: database_gb, max: 30 }, { metric: files_gb, max: ${files} }]
alertRules: [{ key: disk, metric: disk_percent, warning: { value: 70 } }]
`;

export const rule: Rule = {
  code: "capacity-vs-alert",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "What a stack is said to hold already sets off the alert on its disk.",
  example: {
    wrong: plan(50),
    finds: "One server: what it is said to hold (80 GB) fills 80 % of 100 GB, above the alert at 70 %.",
    right: plan(30),
  },
  check,
};
