import { createEgress } from "@/lib/connection/egress";
import type { Connection } from "@/lib/connection/types";
import type { Checkpoint, Executor, StepContext, StepProgress, StepResult } from "@/lib/migration/executors/types";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { spawnDeadMan } from "@/worker/spawn-dead-man";

/** A Postgres connection to a database of the practice site. */
export function databaseConnection(key: string, database: PracticeDatabase | null): Connection {
  if (database === null) throw new Error("The practice site runs without PostgreSQL: install the Debian packages postgresql and postgresql-client.");
  const { host, port, database: name, user, password } = database;
  return { key, kind: "postgres", config: { host, port, database: name, user, sslmode: "disable" }, secret: { password } };
}

/** The connections of a practice site: `source`, `target`, `lb`. */
export function siteConnections(site: PracticeSite): Connection[] {
  if (site.haproxy === null) throw new Error("The practice site runs without HAProxy: install the Debian package haproxy.");
  return [
    databaseConnection("source", site.source),
    databaseConnection("target", site.target),
    { key: "lb", kind: "haproxy", config: { address: site.haproxy.address }, secret: {} },
  ];
}

export interface TestContext extends StepContext {
  lines: string[];
  seen: StepProgress[];
}

/** A context as the engine would make it, on given connections. */
export function testContext(connections: readonly Connection[], values: Partial<StepContext> = {}): TestContext {
  const lines: string[] = [];
  const seen: StepProgress[] = [];
  const checkpoints: Checkpoint[] = [];
  return {
    lines,
    seen,
    runId: "0199a000-0000-7000-8000-000000000001",
    stepKey: "step",
    epoch: 1,
    attempt: 1,
    effectKey: "run-1/step/apply",
    signal: new AbortController().signal,
    assertLease: () => undefined,
    now: () => new Date(),
    nowUncertaintyMs: () => 0,
    connection: async (key, ...kinds) => {
      const found = connections.find((entry) => entry.key === key && kinds.includes(entry.kind));
      if (found === undefined) throw new Error(`There is no ${kinds.join(" or ")} connection "${key}".`);
      return found;
    },
    egress: createEgress({ allowLoopback: true }),
    controlDatabase: null,
    log: (line) => lines.push(line),
    progress: (progress) => seen.push(progress),
    checkpoint: async (phase, facts = {}) => void checkpoints.push({ phase, at: new Date(), facts, epoch: 1 }),
    note: async (phase, facts = {}) => void checkpoints.push({ phase, at: new Date(), facts, epoch: 1 }),
    checkpoints,
    deadMan: (orders) => spawnDeadMan(orders, true),
    crashPoint: () => undefined,
    before: null,
    previous: null,
    since: new Date(),
    ...values,
  };
}

/** Asks again until the answer is final, as the engine does. */
export async function drive(call: (context: StepContext) => Promise<StepResult>, context: StepContext, limitMs = 90_000): Promise<StepResult> {
  const end = Date.now() + limitMs;
  let previous = context.previous;
  for (;;) {
    const result = await call({ ...context, previous });
    if (result.type !== "running" && !(result.type === "waiting" && result.on === "samples")) return result;
    if (Date.now() > end) throw new Error(`still ${result.type} after ${limitMs} ms: ${"progress" in result ? result.progress?.message : ""}`);
    previous = result.output ?? previous;
    await new Promise((resolve) => setTimeout(resolve, Math.min(result.askAgainMs ?? 500, 300)));
  }
}

/** Names of the checks of a level. */
export function named(checks: Awaited<ReturnType<Executor["preflight"]>>, level: "pass" | "warn" | "block"): string[] {
  return checks.filter((check) => check.level === level).map((check) => check.name);
}
