import type { Connection, ConnectionKind } from "@/lib/connection/types";
import type { Reading } from "@/lib/migration/guards";
import type { GuardState } from "@/lib/migration/snapshot";
import type { GuardSpec } from "@/lib/migration/types";
import type { OwnedRun } from "../owned-run";
import { openTarget } from "../step-context";
import { HaproxySource } from "./haproxy";
import { readMetric } from "./metric";
import { PoolerSource } from "./pooler";
import { ProbeSource } from "./probe";
import { readPromql } from "./promql";
import { readReplication } from "./replication";

/** Where a guard's samples come from. Sources of the fast tier keep a session or counters between two readings. */
export interface GuardSource {
  /** One sample; only of what was after `from`. Errors are thrown: they become `error` samples. */
  read(from: Date): Promise<Reading>;
  /** Something was seen that must not wait for the next sample. */
  urgent?(): boolean;
  close(): Promise<void> | void;
}

type Source<T extends GuardSpec["source"]["type"]> = Extract<GuardSpec["source"], { type: T }>;
export type SourceOf<T extends GuardSpec["source"]["type"]> = Source<T>;

const nothing = () => undefined;

/** Opens the source of a guard; connections are opened with its first reading. */
export function openSource(owned: OwnedRun, guard: GuardState): GuardSource {
  const { source } = guard.spec;
  switch (source.type) {
    case "metric":
      return { read: () => readMetric(owned, source), close: nothing };
    case "promql":
      return { read: () => readPromql(owned, source), close: nothing };
    case "replication":
      return { read: async () => readReplication(owned.run, source), close: nothing };
    case "haproxy":
      return new HaproxySource(source, owned);
    case "pooler":
      return new PoolerSource(source, owned);
    case "probe":
      return new ProbeSource(source, owned, guard.spec.key);
  }
}

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
