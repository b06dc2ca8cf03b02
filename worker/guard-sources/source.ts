import type { Connection, ConnectionKind } from "@/lib/connection/types";
import type { Reading } from "@/lib/migration/guards";
import type { GuardSpec } from "@/lib/migration/types";
import type { OwnedRun } from "../owned-run";
import { openTarget } from "../step-context";

/** Where a guard's samples come from. Sources of the fast tier keep a session or counters between two readings. */
export interface GuardSource {
  /** One sample; only of what was after `from`. Errors are thrown: they become `error` samples. */
  read(from: Date): Promise<Reading>;
  /** Something was seen that must not wait for the next sample. */
  urgent?(): boolean;
  close(): Promise<void> | void;
}

export type SourceOf<T extends GuardSpec["source"]["type"]> = Extract<GuardSpec["source"], { type: T }>;

/** Opens a frozen connection whose kind may be one of several. @throws Error for one the plan does not name */
export async function openOneOf(owned: OwnedRun, key: string, kinds: readonly ConnectionKind[]): Promise<Connection> {
  const kind = kinds.find((one) => owned.run.plan.targets.some((target) => target.key === key && target.kind === one)) ?? kinds[0];
  if (kind === undefined) throw new Error("No kind of connection was named.");
  return await openTarget(owned, key, kind);
}

/** Name of the sessions a guard opens: a later owner can tell whose they are (R-ENG-6). */
export function sessionName(owned: OwnedRun): string {
  return `switchyard:${owned.id}:${owned.lease.claim.epoch}`;
}
