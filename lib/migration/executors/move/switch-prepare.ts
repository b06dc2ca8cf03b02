import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { loginRoles, readAuthority, takeAuthority } from "@/lib/migration/executors/move/authority";
import { serverConninfo } from "@/lib/migration/executors/move/conninfo";
import { endOfLog, endSessionsOf, writeMarker } from "@/lib/migration/executors/move/drain";
import { MOVE_SCHEMA, sessionPrefix } from "@/lib/migration/executors/move/names";
import { readOwner, writeOwner } from "@/lib/migration/executors/move/owner";
import { createSubscription, ownerTag } from "@/lib/migration/executors/move/replication";
import { readSequences, sequenceChanges } from "@/lib/migration/executors/move/sequences";
import { advanceSlot, confirmQuickly, readSubscription, setEnabled } from "@/lib/migration/executors/move/subscription";
import { clientOf, type World } from "@/lib/migration/executors/move/switch-world";
import type { StepContext } from "@/lib/migration/executors/types";
import { prepareQuickVerify, type QuickPlan } from "@/lib/migration/executors/verify/quick-verify";

/* Everything of a switch that can be done while nobody waits: line 1 of the cutover and what comes before it. */

/** Milliseconds a transaction may be old when the pause begins: the pause would wait for it. */
const OLDEST_TRANSACTION_MS = 1_000;
const MIN_ORIGIN_VERSION = 160_000;
/** Milliseconds a row may take for the pause to begin at once, and how long such a moment is waited for. */
const BEST_DELAY_MS = 30;
const BEST_WITHIN_MS = 5_000;
const MEASURE_MS = 200;
/** Milliseconds a stream that was switched on again may take to connect before it is asked again later: a server starts one every five seconds. */
const CONNECT_MS = 10_000;
const LOOK_MS = 5;

/** What the cutover needs to know of the preparation. */
export interface Prepared {
  /** Roles that are fenced. */
  roles: string[];
  comparison: QuickPlan | null;
}

/** Something that passes by itself: asked again a second later. */
export class NotYet extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotYet";
  }
}

/** The proof that the servers are this move's, by its marks (F-PG-21, class C). @throws Error */
export async function assertOurs(world: World): Promise<void> {
  for (const side of [world.giving, world.taking]) {
    const owner = await readOwner(clientOf(side));
    if (owner?.hash !== world.hash || owner.side !== side.name)
      throw new Error(`${side.connection.key} does not carry the marks of this move: nothing is touched there.`);
  }
}

/**
 * Closes the taking side to the application, makes the subscription of the way back, lets changes be confirmed at once, and
 * has the files of the poolers ready.
 * @throws Error with what a person has to put right
 */
export async function prepare(world: World): Promise<Prepared> {
  const [giving, taking] = [clientOf(world.giving), clientOf(world.taking)];
  for (const pooler of world.poolers) await pooler.makeReady("taking", world.runId);
  const known = await readAuthority(giving, world.hash);
  const roles = known === null || known.roles.length === 0 ? await loginRoles(giving, world.config.applicationRoles) : known.roles;
  if (roles.length === 0) throw new Error(`No role of the application may log in to ${world.giving.connection.key}: there is nothing to switch.`);
  await loginRoles(taking, roles);
  const schemas = world.config.schemas ?? null;
  sequenceChanges(await readSequences(giving, schemas), await readSequences(taking, schemas), world.config.sequenceHeadroom);
  await takeAuthority(taking, world.holder, { state: "closed", roles });
  await endSessionsOf(taking, roles);
  await takeAuthority(giving, world.holder, { state: "open", roles });
  await writeOwner(targetOf(world), world.hash, world.epoch, { phase: "switching" });
  await confirmQuickly(taking, world.stream.subscription);
  if (world.goesBack) await ensureBack(world);
  await Promise.all(world.poolers.map((pooler) => pooler.admin.open()));
  return { roles, comparison: world.config.verify === "full" ? await planComparison(world) : null };
}

/** What is compared while everybody waits. @throws Error when the structures differ already */
async function planComparison(world: World): Promise<QuickPlan> {
  const sides = { source: clientOf(world.giving), target: clientOf(world.taking) };
  const plan = await prepareQuickVerify(sides, { schemas: world.config.schemas ?? null, tables: null });
  if (plan.differences.length > 0) throw new Error(`The two sides differ: ${plan.differences.slice(0, 3).join("; ")}.`);
  return plan;
}

export function targetOf(world: World): pg.Client {
  return clientOf(world.direction === "apply" ? world.taking : world.giving);
}

/** The subscription of the way back: made now, because it goes to the other server, and switched on after the switch. */
async function ensureBack(world: World): Promise<void> {
  const giving = clientOf(world.giving);
  if ((await readSubscription(giving, world.back.subscription)) !== null) return;
  const version = async (client: pg.Client) => Number((await query(client, "SHOW server_version_num"))[0]?.server_version_num);
  const [here, there] = await Promise.all([version(giving), version(clientOf(world.taking))]);
  const conninfo = serverConninfo(world.taking.connection, { major: Math.floor(here / 10_000) }, world.config.toAddress);
  const options = { copyData: false, enabled: false, binary: false, originNone: Math.min(here, there) >= MIN_ORIGIN_VERSION };
  await createSubscription(giving, world.back, ownerTag(world.runId, world.moveKey), conninfo, options);
  await confirmQuickly(giving, world.back.subscription);
}

/**
 * Lets the stream go on that a lost connection has stopped: while a switch is at work nobody else does. Once in a call; what
 * stops again cannot be applied (R-PG-10). @throws NotYet while it connects; Error when it is gone or stops again
 */
export async function letFollow(world: World, context: Pick<StepContext, "log">): Promise<void> {
  const [taking, { subscription }] = [clientOf(world.taking), world.stream];
  if ((await followingOf(world)) === "stopped") {
    await setEnabled(taking, subscription, true);
    context.log(`the subscription ${subscription} had stopped and is switched on again`);
  }
  const end = performance.now() + CONNECT_MS;
  for (;;) {
    const following = await followingOf(world);
    if (following === "working") return;
    if (following === "stopped") throw new Stopped(world);
    if (performance.now() > end) throw new NotYet(`The subscription ${subscription} is just connecting.`);
    await sleep(MEASURE_MS);
  }
}

/** What should follow has stopped: by a row that cannot be applied, or a connection lost once more. */
export class Stopped extends Error {
  constructor({ stream, taking }: World) {
    super(`Nothing follows to ${taking.connection.key}: the subscription ${stream.subscription} has stopped. The log of that server says at which row.`);
    this.name = "Stopped";
  }
}

/** @throws Error when the subscription is gone */
async function followingOf({ stream, giving, taking }: World): Promise<"working" | "connecting" | "stopped"> {
  const found = await readSubscription(clientOf(taking), stream.subscription);
  if (found === null) throw new Error(`Nothing follows to ${taking.connection.key}: the subscription ${stream.subscription} is missing.`);
  if (!found.enabled) return "stopped";
  // A worker that has just been started has not logged in yet, and may still end with the error of before.
  const sessions = await query(clientOf(giving), "SELECT 1 AS yes FROM pg_stat_replication WHERE application_name = $1", [stream.subscription]);
  return found.working && sessions.length > 0 ? "working" : "connecting";
}

/**
 * Line 1: nothing stands in the way of a short pause. @throws NotYet while a transaction, a lag or a prepared transaction
 * does; Error when the stream does not run
 */
export async function ready(world: World): Promise<void> {
  const giving = clientOf(world.giving);
  const following = await followingOf(world);
  if (following === "stopped") throw new Stopped(world);
  if (following === "connecting") throw new NotYet(`The subscription ${world.stream.subscription} is just connecting.`);
  const [found] = await query(
    giving,
    `SELECT (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()) AS prepared,
      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND NOT starts_with(application_name, $1)
         AND xact_start < clock_timestamp() - $2 * interval '1 ms') AS old,
      (SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication WHERE application_name = $3) AS lag`,
    [sessionPrefix(world.runId), OLDEST_TRANSACTION_MS, world.stream.subscription],
  );
  if (found?.prepared !== "0")
    throw new NotYet(`${found?.prepared} prepared transactions are open on ${world.giving.connection.key}; commit or roll them back.`);
  if (found.old !== "0")
    throw new NotYet(`${found.old} transactions have been open for longer than ${OLDEST_TRANSACTION_MS / 1_000} s on ${world.giving.connection.key}.`);
  if (found.lag == null) throw new NotYet(`${world.taking.connection.key} is just connecting.`);
  if (Number(found.lag) > world.config.maxLagBytes) throw new NotYet(`${world.taking.connection.key} is ${found.lag} bytes behind.`);
}

/**
 * The moment to pause: a row arrives at once, because what is behind then is what clients wait for. Also brings the slot of
 * the way back close to the end of its log: advancing reads all that lies between, which must not happen inside the pause.
 * @throws NotYet when the delay stays above what the move allows
 */
export async function bestMoment(world: World, context: StepContext): Promise<void> {
  const taking = clientOf(world.taking);
  const end = performance.now() + BEST_WITHIN_MS;
  for (;;) {
    context.signal.throwIfAborted();
    if (world.goesBack) await advanceSlot(taking, world.back.slot, await endOfLog(taking));
    const ms = await delay(world);
    if (ms <= BEST_DELAY_MS || (performance.now() > end && ms <= world.config.maxLagMs))
      return context.log(`a row takes ${ms} ms to ${world.taking.connection.key}`);
    // A row that cannot be applied has stopped the stream: no waiting helps.
    if ((await followingOf(world)) === "stopped") throw new Stopped(world);
    if (performance.now() > end) throw new NotYet(`A row takes ${ms} ms to ${world.taking.connection.key}, more than the ${world.config.maxLagMs} ms allowed.`);
    await sleep(MEASURE_MS);
  }
}

/** Milliseconds a row takes to the other side now (R-PG-3). Works on an idle server too. Stops counting above what is allowed. */
async function delay(world: World): Promise<number> {
  const [giving, taking] = [clientOf(world.giving), clientOf(world.taking)];
  const token = `${world.hash}:delay:${world.holder.token}:${randomBytes(4).toString("hex")}`;
  await writeMarker(giving, { token, runId: world.runId, epoch: world.epoch, side: world.giving.name });
  const began = performance.now();
  for (;;) {
    const [arrived] = await query(taking, `SELECT 1 AS yes FROM ${MOVE_SCHEMA}.fence WHERE token = $1`, [token]);
    const ms = Math.round(performance.now() - began);
    if (arrived !== undefined || ms > world.config.maxLagMs) return ms;
    await sleep(LOOK_MS);
  }
}
