import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Connection } from "@/lib/connection/types";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import { databaseConnection, type TestContext, testContext } from "@/lib/migration/executors/testing/context";
import type { StepContext, StepResult } from "@/lib/migration/executors/types";
import { moveConfig } from "@/lib/migration/move-types";
import type { StepOf } from "@/lib/migration/types";
import type { Watch } from "@/lib/migration/watch-types";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

/* A practice site as a live move finds it: the roles with the documented grants and no more. */

/** Rows of one statement; the last one of several. */
export async function sql(database: PracticeDatabase | null, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database?.dsn ?? "" });
  await client.connect();
  try {
    const result = (await client.query(statement)) as unknown as { rows: Record<string, unknown>[] } | { rows: Record<string, unknown>[] }[];
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** Connections `source` and `target` as the role of moves. */
export function moverConnections(site: PracticeSite): Connection[] {
  return [databaseConnection("source", site.sourceMover), databaseConnection("target", site.targetMover)];
}

export function syncStep(values: Record<string, unknown> = {}): StepOf<"postgres.sync"> {
  const config = moveConfig.parse({ from: "source", to: "target", applicationRoles: ["app"], ...values });
  return { kind: "postgres.sync", key: "move.sync", title: "Copy and follow", onFailure: "pause", with: config };
}

export function moveContext(connections: readonly Connection[], values: Partial<StepContext> = {}): TestContext {
  return testContext(connections, { stepKey: "move.sync", effectKey: "run:move.sync:apply", ...values });
}

/** The undo of the same step. */
export function undoing(context: TestContext): TestContext {
  return { ...context, effectKey: "run:move.sync:undo" };
}

export interface Driven {
  result: StepResult;
  watches: Watch[];
}

/** Asks the step on and on and watches it every second, as the worker does. `until` may end it earlier. */
export async function driveSync(
  step: StepOf<"postgres.sync">,
  context: TestContext,
  until: (result: StepResult, watches: readonly Watch[]) => boolean | Promise<boolean> = () => false,
  limitMs = 120_000,
): Promise<Driven> {
  const end = Date.now() + limitMs;
  const watches: Watch[] = [];
  let watchedAt = 0;
  for (;;) {
    const result = await postgresSync.apply(step, context);
    if (Date.now() - watchedAt >= 1_000) {
      watchedAt = Date.now();
      await lookAt(step, context, watches);
    }
    if (result.type !== "running" || (await until(result, watches))) return { result, watches };
    if (Date.now() > end) throw new Error(`still running after ${limitMs} ms: ${JSON.stringify(result.progress?.message)}; ${context.lines.join(" | ")}`);
    await sleep(Math.min(result.askAgainMs, 300));
  }
}

async function lookAt(step: StepOf<"postgres.sync">, context: TestContext, watches: Watch[]): Promise<void> {
  try {
    if (postgresSync.watch !== undefined) watches.push(await postgresSync.watch(step, context));
  } catch (error) {
    context.lines.push(`watch: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Watches until it says so. */
export async function watchUntil(step: StepOf<"postgres.sync">, context: TestContext, is: (watch: Watch) => boolean, limitMs = 30_000): Promise<Watch> {
  const end = Date.now() + limitMs;
  const watches: Watch[] = [];
  for (;;) {
    await lookAt(step, context, watches);
    const last = watches.at(-1);
    if (last !== undefined && is(last)) return last;
    if (Date.now() > end) throw new Error(`not seen in ${limitMs} ms: ${JSON.stringify(last)}; ${context.lines.slice(-5).join(" | ")}`);
    await sleep(500);
  }
}

/** Everything a move can leave behind on a server. */
export async function leftovers(database: PracticeDatabase | null): Promise<string[]> {
  const rows = await sql(
    database,
    `SELECT 'slot ' || slot_name AS what FROM pg_replication_slots UNION ALL SELECT 'publication ' || pubname FROM pg_publication
     UNION ALL SELECT 'subscription ' || subname FROM pg_subscription UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
     UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE 'switchyard%'
     UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin ORDER BY 1`,
  );
  return rows.map((row) => String(row.what));
}
