import type { GuardState } from "@/lib/migration/snapshot";
import type { OwnedRun } from "../owned-run";
import { HaproxySource } from "./haproxy";
import { readMetric } from "./metric";
import { PoolerSource } from "./pooler";
import { ProbeSource } from "./probe";
import { readPromql } from "./promql";
import { readReplication } from "./replication";
import type { GuardSource } from "./source";

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
