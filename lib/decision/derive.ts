import { APPROACH_SHARE } from "@/lib/trigger/evaluate";
import type { TriggerGroupView, TriggerView } from "@/lib/trigger/types";
import { boundsText } from "./matrix";
import type { Bounds, MatrixInput, MatrixRowInput, StackRef } from "./types";

/** Column of values that ask for something other than a move: a bigger server, a pooler. No key of a stack looks like this. */
export const BEYOND = "(beyond)";

/** A threshold that parts the values of a metric between two columns; null is neither. */
interface Parting {
  at: number;
  /** The threshold itself belongs to the upper side. */
  atIsHigh: boolean;
  low: string | null;
  high: string | null;
}

const NONE: MatrixInput = { source: "none", title: null, columns: [], rows: [] };

/**
 * The matrix that the triggers imply, for plans without one: a trigger from A to B says that its values speak for B and
 * all others for A; a block says the opposite. Of several thresholds for the same step the lowest counts, because any
 * of them is enough. `justify` and `review` triggers judge no stack and make no rows.
 */
export function deriveMatrix(groups: readonly TriggerGroupView[], stacks: readonly StackRef[]): MatrixInput {
  const triggers = groups.flatMap((group) => group.triggers).filter((trigger) => trigger.kind === "migrate" || trigger.kind === "block");
  const named = new Set(triggers.flatMap((trigger) => [trigger.from, trigger.to]));
  const columns = stacks.filter((stack) => named.has(stack.key)).map((stack) => ({ stack: stack.key, label: stack.name }));
  if (columns.length > 0 && triggers.some(beyond)) columns.push({ stack: BEYOND, label: "Act on it" });
  const metrics = [...new Set(triggers.map((trigger) => trigger.metricKey))];
  const rows = metrics.flatMap((metric) => {
    const row = rowOf(
      triggers.filter((trigger) => trigger.metricKey === metric),
      columns.map((column) => column.stack),
    );
    return row === null ? [] : [row];
  });
  return columns.length === 0 || rows.length === 0 ? NONE : { source: "derived", title: null, columns, rows };
}

/** A reason to act without a stack to move to. */
function beyond(trigger: TriggerView): boolean {
  return trigger.kind === "migrate" && (trigger.to === null || trigger.to === trigger.from);
}

function rowOf(triggers: readonly TriggerView[], columns: readonly string[]): MatrixRowInput | null {
  const first = triggers[0];
  if (first === undefined) return null;
  const cells = new Map<string, { bounds: Bounds; yesNo: boolean }>();
  for (const [stack, cell] of [...yesNoCells(triggers), ...segments(partings(triggers))]) if (!cells.has(stack)) cells.set(stack, cell);
  if (cells.size === 0) return null;
  return {
    metric: first.metricKey,
    label: first.metricName,
    role: "condition",
    cells: columns.map((stack) => {
      const cell = cells.get(stack);
      return cell === undefined ? { text: "", bounds: null } : { text: boundsText(cell.bounds, cell.yesNo, first.unit), bounds: cell.bounds };
    }),
  };
}

/** The stack for which values that meet the trigger speak, and the one for all others. */
function sides(trigger: TriggerView): { met: string | null; other: string | null } {
  if (beyond(trigger)) return { met: BEYOND, other: trigger.from };
  return trigger.kind === "block" ? { met: trigger.from, other: trigger.to } : { met: trigger.to, other: trigger.from };
}

function yesNoCells(triggers: readonly TriggerView[]): [string, { bounds: Bounds; yesNo: boolean }][] {
  return triggers.flatMap((trigger) => {
    if (trigger.op !== "is") return [];
    const { met, other } = sides(trigger);
    const exactly = (value: number) => ({ bounds: { low: value, lowIncluded: true, high: value, highIncluded: true }, yesNo: true });
    const cells: [string | null, { bounds: Bounds; yesNo: boolean }][] = [
      [met, exactly(trigger.value)],
      [other, exactly(trigger.value === 0 ? 1 : 0)],
    ];
    return cells.filter((cell): cell is [string, { bounds: Bounds; yesNo: boolean }] => cell[0] !== null);
  });
}

/** Thresholds lowest first, one for each pair of stacks. */
function partings(triggers: readonly TriggerView[]): Parting[] {
  const list: Parting[] = [];
  for (const trigger of triggers) {
    const { met, other } = sides(trigger);
    if (trigger.op === ">" || trigger.op === ">=") list.push({ at: trigger.value, atIsHigh: trigger.op === ">=", low: other, high: met });
    if (trigger.op === "<" || trigger.op === "<=") list.push({ at: trigger.value, atIsHigh: trigger.op === "<", low: met, high: other });
    if (trigger.op === "approaches") list.push({ at: trigger.value - APPROACH_SHARE * Math.abs(trigger.value), atIsHigh: true, low: other, high: met });
    if (trigger.op === "between" && trigger.high !== null) {
      list.push({ at: trigger.value, atIsHigh: true, low: other, high: met }, { at: trigger.high, atIsHigh: false, low: met, high: other });
    }
  }
  list.sort((a, b) => a.at - b.at);
  const seen = new Set<string>();
  return list.filter((parting) => {
    const pair = `${parting.low} ${parting.high}`;
    return seen.has(pair) ? false : seen.add(pair);
  });
}

/** The stretches between the thresholds, each with the stack it speaks for. */
function segments(list: readonly Parting[]): [string, { bounds: Bounds; yesNo: boolean }][] {
  const found: [string, { bounds: Bounds; yesNo: boolean }][] = [];
  for (let i = 0; i <= list.length; i++) {
    const [from, to] = [list[i - 1], list[i]];
    const stack = from?.high ?? (from === undefined ? to?.low : null) ?? null;
    if (stack === null) continue;
    const bounds = { low: from?.at ?? null, lowIncluded: from?.atIsHigh ?? false, high: to?.at ?? null, highIncluded: to === undefined ? false : !to.atIsHigh };
    found.push([stack, { bounds, yesNo: false }]);
  }
  return found;
}
