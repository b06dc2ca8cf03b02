import { haproxyCommand, isHaproxyName, parseStat } from "@/lib/connection/clients/haproxy";
import { query, withPostgres } from "@/lib/connection/clients/postgres";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import type { Executor, Facts, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"idle.check">;

const LOOK_MS = 5_000;
/** Not looked at for longer than this: what happened meanwhile is not known, and the time begins again. */
const BLIND_MS = 120_000;

/** What one look saw. */
export interface IdleLook {
  /** Sessions of the watched roles: role, program and address, at most ten. */
  sessions: string[];
  /** Requests the server has answered since its load balancer was started; null where none is watched. */
  answered: number | null;
  weight: number | null;
}

/** How long the silence has lasted so far; kept from look to look. */
export interface Silence {
  since: string;
  lookedAt: string;
  answered: number | null;
  looks: number;
}

export type IdleVerdict = { type: "busy"; reason: string } | { type: "quiet"; silence: Silence; lastedMs: number };

/**
 * What a look says about a silence. Pure. A gap between two looks, or a load balancer that was started again, begins
 * the time anew: what was not seen does not count as quiet.
 */
export function judgeSilence(before: Silence | null, look: IdleLook, now: Date): IdleVerdict {
  if (look.sessions.length > 0) return { type: "busy", reason: `Still connected: ${look.sessions.join(", ")}.` };
  if (look.weight !== null && look.weight > 0) return { type: "busy", reason: `The load balancer still gives the server the weight ${look.weight}.` };
  const fresh: Silence = { since: now.toISOString(), lookedAt: now.toISOString(), answered: look.answered, looks: 1 };
  if (before === null || now.getTime() - Date.parse(before.lookedAt) > BLIND_MS) return { type: "quiet", silence: fresh, lastedMs: 0 };
  if (before.answered !== null && look.answered !== null) {
    if (look.answered > before.answered)
      return { type: "busy", reason: `The server answered ${look.answered - before.answered} requests since ${before.lookedAt}.` };
    if (look.answered < before.answered) return { type: "quiet", silence: fresh, lastedMs: 0 };
  }
  const silence = { ...before, lookedAt: now.toISOString(), answered: look.answered, looks: before.looks + 1 };
  return { type: "quiet", silence, lastedMs: now.getTime() - Date.parse(before.since) };
}

async function sessionsOf(step: Step, context: StepContext): Promise<string[]> {
  const watched = step.with.database;
  if (watched === undefined) return [];
  const connection = await context.connection(watched.connection, "postgres");
  const options = { applicationName: `sy:${context.runId}:${context.epoch}`, signal: context.signal };
  return await withPostgres(connection, context.egress, options, async (client) => {
    const found = await query(
      client,
      `SELECT usename AS role, coalesce(nullif(application_name, ''), 'unnamed') AS program, coalesce(host(client_addr), 'socket') AS address
         FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename = ANY($1)
        ORDER BY backend_start LIMIT 10`,
      [watched.roles],
    );
    return found.map((row) => `${row.role} (${row.program}, ${row.address})`);
  });
}

async function serverOf(step: Step, context: StepContext): Promise<{ answered: number | null; weight: number | null }> {
  const watched = step.with.server;
  if (watched === undefined) return { answered: null, weight: null };
  const name = `${watched.backend}/${watched.server}`;
  if (!isHaproxyName(watched.backend) || !isHaproxyName(watched.server))
    throw Object.assign(new Error(`"${name.slice(0, 80)}" is no server of HAProxy.`), { definite: true });
  const connection = await context.connection(watched.connection, "haproxy");
  const stat = parseStat(await haproxyCommand(connection, context.egress, ["show", "stat"], context.signal)).get(name);
  // Taken out of the configuration: nothing can reach it through this load balancer.
  return stat === undefined ? { answered: null, weight: 0 } : { answered: stat.responses, weight: stat.weight };
}

async function look(step: Step, context: StepContext): Promise<IdleLook> {
  return { sessions: await sessionsOf(step, context), ...(await serverOf(step, context)) };
}

function silenceOf(previous: Facts | null): Silence | null {
  const silence = previous?.silence;
  return typeof silence === "object" && silence !== null ? (silence as Silence) : null;
}

async function apply(step: Step, context: StepContext): Promise<StepResult> {
  try {
    const verdict = judgeSilence(silenceOf(context.previous), await look(step, context), context.now());
    if (verdict.type === "busy") return { type: "failed", reason: verdict.reason };
    const total = parseDuration(step.with.for);
    const output = { silence: { ...verdict.silence } };
    if (verdict.lastedMs >= total) return { type: "done", output };
    const left = total - verdict.lastedMs;
    const progress = {
      message: `nobody there for ${formatDuration(verdict.lastedMs)}, ${formatDuration(left)} to go`,
      done: verdict.lastedMs,
      total,
      unit: "ms",
    };
    return { type: "running", askAgainMs: Math.min(left, LOOK_MS), output, progress };
  } catch (error) {
    const definite = error instanceof Error && ("definite" in error || error.name === "EgressRefused");
    return { type: definite ? "failed" : "errored", reason: messageOf(error) };
  }
}

/**
 * Proof that nobody uses the old side any more: no session of the application's roles and no answered request for a whole
 * time, looked at every five seconds. Class P: it only reads. Anybody there is failed and named; not being able to look is errored.
 */
export const idleCheck: Executor<"idle.check"> = {
  kind: "idle.check",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 90 * 86_400_000,
  attempts: 3,
  movesTraffic: false,
  preview: ({ with: { database, server, for: time } }) => ({
    summary: `Nobody may use the old side for ${time}.`,
    lines: [
      ...(database === undefined ? [] : [`${database.connection}: no session of ${database.roles.join(", ")} in pg_stat_activity`]),
      ...(server === undefined ? [] : [`${server.connection}: ${server.backend}/${server.server} has weight 0 and answers nothing`]),
      "looked at every 5 s; anybody there fails the step, a gap of two minutes begins the time again",
    ],
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight: async (step, context) => {
    const name = "old side unused";
    try {
      const verdict = judgeSilence(null, await look(step, context), context.now());
      if (verdict.type === "quiet") return [{ name, level: "pass", message: "Nobody uses it now." }];
      return [{ name, level: "block", message: verdict.reason, fix: "Point whoever is named at the new side first." }];
    } catch (error) {
      return [{ name, level: "block", message: messageOf(error), fix: "Check the connections this step names." }];
    }
  },
  observe: async () => ({ state: "absent", facts: {} }),
  apply,
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
