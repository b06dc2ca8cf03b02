import type { Plan } from "../../../types";
import { knownUnit } from "../triggers-and-thresholds/units";

const NOT_STORED = /\b(memory|ram|bandwidth|traffic|transfer|egress|arbeitsspeicher|datenverkehr|memoire|mémoire|memoria|tr[aá]fico)\b/i;
const DISK = /\b(disk|disc|volume|ssd|nvme|festplatte|disque|disco)\b/i;
const STORED = /\b(storage|files?|data|backups?|media|speicher\w*|dateien|stockage|fichiers|almacenamiento|archivos)\b/i;
const words = (metric: Plan["metrics"][number]) => `${metric.key} ${metric.name}`.replaceAll(/[_-]/g, " ");

/** Gigabytes per unit of a metric that measures stored data, the disk itself apart; null for every other metric. */
export function storedGb(plan: Plan, key: string | undefined): number | null {
  const metric = plan.metrics.find((entry) => entry.key === key);
  const unit = knownUnit(metric?.unit);
  if (metric === undefined || unit?.kind !== "bytes" || NOT_STORED.test(words(metric)) || DISK.test(words(metric))) return null;
  return unit.factor / 1e9;
}

/** The same for a quantity that has a name and a unit instead of a metric. */
export function storedGbOf(name: string, unit: string | undefined): number | null {
  const known = knownUnit(unit);
  return known?.kind !== "bytes" || NOT_STORED.test(name) || DISK.test(name) || !STORED.test(name) ? null : known.factor / 1e9;
}

/** Whether a metric is the disk: of a size, or in percent. */
export function isDisk(plan: Plan, key: string | undefined): boolean {
  const metric = plan.metrics.find((entry) => entry.key === key);
  return metric !== undefined && DISK.test(words(metric));
}

/** The disk of the machine in a drawing, where there is one such drawing. */
export function drawnDisk(plan: Plan): { gb: number } | null {
  const sizes = plan.topologies.flatMap((drawing) => drawing.machine?.diskGb ?? []);
  return sizes.length === 1 && sizes[0] !== undefined ? { gb: sizes[0] } : null;
}

/** The disk of the stack that is moved to. */
export function targetDisk(plan: Plan): { gb: number } | null {
  const target = plan.stacks.find((stack) => stack.role === "target");
  return target === undefined ? null : hostDisk(target);
}

/** The disk of the one host of a stack: what others run on, or the only row with a disk. */
export function hostDisk(stack: Plan["stacks"][number]): { gb: number; at: number; name: string } | null {
  const sized = stack.resources.flatMap((resource, at) =>
    resource.diskGb === undefined || resource.host !== undefined ? [] : [{ gb: resource.diskGb * (resource.count ?? 1), at, name: resource.name }],
  );
  const hosts = sized.filter(({ at }) => stack.resources.some((other) => other.host === stack.resources[at]?.key));
  const found = hosts.length > 0 ? hosts : sized;
  return found.length === 1 ? (found[0] ?? null) : null;
}
