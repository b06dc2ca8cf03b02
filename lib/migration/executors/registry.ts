import { approval } from "@/lib/migration/executors/approval";
import { checklist } from "@/lib/migration/executors/checklist";
import { dnsSet } from "@/lib/migration/executors/dns-set";
import { httpCheck } from "@/lib/migration/executors/http-check";
import { idleCheck } from "@/lib/migration/executors/idle-check";
import { manual } from "@/lib/migration/executors/manual";
import { postgresClean } from "@/lib/migration/executors/move/clean";
import { postgresSwitch } from "@/lib/migration/executors/move/switch";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import { notify } from "@/lib/migration/executors/notify";
import { postgresCopy } from "@/lib/migration/executors/postgres-copy";
import { postgresVerify } from "@/lib/migration/executors/postgres-verify";
import { sqlCheck } from "@/lib/migration/executors/sql-check";
import { tcpCheck } from "@/lib/migration/executors/tcp-check";
import { trafficMirror } from "@/lib/migration/executors/traffic-mirror";
import { trafficSet } from "@/lib/migration/executors/traffic-set";
import type { Executor } from "@/lib/migration/executors/types";
import { wait } from "@/lib/migration/executors/wait";
import type { StepKind } from "@/lib/migration/types";

type Registry = { [K in StepKind]: Executor<K> };

export const executors: Registry = {
  manual,
  checklist,
  approval,
  wait,
  "http.check": httpCheck,
  "tcp.check": tcpCheck,
  "sql.check": sqlCheck,
  "idle.check": idleCheck,
  notify,
  "postgres.copy": postgresCopy,
  "postgres.sync": postgresSync,
  "postgres.switch": postgresSwitch,
  "postgres.clean": postgresClean,
  "dns.set": dnsSet,
  "traffic.mirror": trafficMirror,
  "postgres.verify": postgresVerify,
  "traffic.set": trafficSet,
};

/**
 * The executor of a step kind, typed for a step whose kind is only known at run time.
 * @throws Error for a kind this version does not know (R-ENG-12)
 */
export function executorFor(kind: StepKind): Executor {
  if (!Object.hasOwn(executors, kind)) throw new Error(`This version has no executor for "${kind}".`);
  // A step is only ever handed to the executor of its own kind, which the union cannot express.
  return executors[kind] as unknown as Executor;
}

/** Versions by kind: part of the plan hash, and compared before a worker takes a run. */
export function executorVersions(): Record<StepKind, number> {
  return Object.fromEntries(Object.entries(executors).map(([kind, executor]) => [kind, executor.version])) as Record<StepKind, number>;
}
