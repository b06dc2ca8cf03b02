import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { hostDisk, isDisk, storedGb, storedGbOf } from "./storage";

/** Space that is promised for one thing must be free: not the whole disk when other things are on it. */
const check: Check = (plan) => {
  const disk = diskOf(plan);
  if (disk === null) return [];
  return plan.outcomes.flatMap((outcome, i): Noticed[] => {
    const factor = outcome.metric === undefined ? storedGbOf(outcome.name, outcome.after.unit) : storedGb(plan, outcome.metric);
    const promised = factor === null ? undefined : (outcome.after.value ?? outcome.after.min);
    if (factor === null || promised === undefined || promised * factor <= disk.free) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `outcomes[${i}]`,
        also: disk.paths,
        message: `${outcome.name}: ${plain(promised * factor)} GB are promised, the disk of ${disk.name} has ${plain(disk.gb)} GB${disk.free === disk.gb ? "" : `, of which ${plain(disk.free)} are free`}.`,
        expected: `at most ${plain(disk.free)} GB`,
        found: `${plain(promised * factor)} GB`,
      },
    ];
  });
};

/** The one disk that is moved to, from the rows or from a drawing, and what is free on it. */
function diskOf(plan: Plan): { name: string; gb: number; free: number; paths: string[] } | null {
  const drawingAt = plan.topologies.findIndex((drawing) => drawing.machine?.diskGb !== undefined);
  const drawing = plan.topologies[drawingAt];
  if (drawing?.machine?.diskGb !== undefined) {
    const gb = drawing.machine.diskGb;
    const used = drawing.diskInUse === undefined ? [] : [`topologies[${drawingAt}].diskInUse`];
    return {
      name: drawing.title,
      gb,
      free: drawing.diskInUse?.freeGb ?? gb - (drawing.diskInUse?.usedGb ?? 0),
      paths: [`topologies[${drawingAt}].machine`, ...used],
    };
  }
  const stackAt = plan.stacks.findIndex((stack) => stack.role === "target" && hostDisk(stack) !== null);
  const disk = plan.stacks[stackAt] === undefined ? null : hostDisk(plan.stacks[stackAt]);
  if (disk === null) return null;
  const usedAt = plan.targets.findIndex(
    (target) => isDisk(plan, target.metric) && target.baseline !== true && typeof target.value === "number" && target.free !== undefined,
  );
  const paths = [`stacks[${stackAt}].resources[${disk.at}]`, ...(usedAt < 0 ? [] : [`targets[${usedAt}]`])];
  return { name: disk.name, gb: disk.gb, free: plan.targets[usedAt]?.free ?? disk.gb, paths };
}

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
