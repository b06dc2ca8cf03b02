import { executors } from "./executors/registry";
import type { Executor } from "./executors/types";
import type { StepTraits } from "./run-plan";
import type { StepKind } from "./types";

/** Finds the executor of a kind; null for a kind this version does not know. Tests hand in their own. */
export type ExecutorLookup = (kind: string) => Executor | null;

/** The executors of this version. */
export const knownExecutors: ExecutorLookup = (kind) =>
  // A step is only ever handed to the executor of its own kind, which the union cannot express.
  Object.hasOwn(executors, kind) ? (executors[kind as StepKind] as unknown as Executor) : null;

/** The frozen traits of a kind; null when it is unknown. */
export function traitsFrom(lookup: ExecutorLookup, kind: string): StepTraits | null {
  const executor = lookup(kind);
  if (executor === null) return null;
  const { version, idempotency, cancel, timeoutMs, attempts, movesTraffic } = executor;
  return { version, idempotency, cancel, timeoutMs, attempts, movesTraffic };
}
