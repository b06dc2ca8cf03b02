import { messageOf } from "@/lib/core/errors";
import { isServerAway } from "@/lib/core/server-away";
import { NotHolder, unbar } from "@/lib/migration/executors/move/authority";
import type { DeadMan, DeadManOrders } from "@/lib/migration/executors/move/dead-man-orders";
import { writeOwner } from "@/lib/migration/executors/move/owner";
import { cutOver } from "@/lib/migration/executors/move/switch-cutover";
import { assertOurs, bestMoment, letFollow, NotYet, type Prepared, prepare, ready, Stopped, targetOf } from "@/lib/migration/executors/move/switch-prepare";
import { probe } from "@/lib/migration/executors/move/switch-probe";
import { type Settled, seeSwitch, settle } from "@/lib/migration/executors/move/switch-recover";
import { clientOf, openWorld, SideAway, type SwitchDirection, type World, WrongServer } from "@/lib/migration/executors/move/switch-world";
import type { Facts, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/* One call of a switch in one direction: first what is there is settled, then, when nothing has happened yet, the cutover. */

const ASK_AGAIN_MS = 1_000;

/** Apply and undo are the same, the other way round. Never throws for what can be told as a result. */
export async function runSwitch(config: MoveConfig, context: StepContext, direction: SwitchDirection): Promise<StepResult> {
  let world: World;
  try {
    world = await openWorld(config, context, direction);
  } catch (error) {
    return { type: error instanceof WrongServer ? "failed" : "errored", reason: messageOf(error) };
  }
  try {
    const found = await settle(world, await seeSwitch(world, context), context);
    if (found.decision.action !== "nothing" || isCallingOff(context)) return await ending(world, context, found, null);
    return await cutNow(world, context);
  } catch (error) {
    if (error instanceof NotYet) return waits(error.message);
    return { type: mayPass(error) ? "errored" : "failed", reason: messageOf(error) };
  } finally {
    for (const pooler of world.poolers) pooler.discardReady(world.runId);
    world.close();
  }
}

/** The helper that has to stand by could not be started: nobody was made to wait. */
class NoHelper extends Error {}

/**
 * Whether the same try may go well a moment later: a server was away, or another owner was quicker. A cutover that was under
 * way is not asked: what it met is told to a person.
 */
function mayPass(error: unknown): boolean {
  if (error instanceof NotHolder || error instanceof NoHelper || error instanceof SideAway || error instanceof Stopped || isServerAway(error)) return true;
  return error instanceof Error && error.cause !== undefined && mayPass(error.cause);
}

/** This try was called off and only now that is complete: it ends here, a person or the next try begins anew. */
function isCallingOff({ checkpoints }: StepContext): boolean {
  return checkpoints.at(-1)?.phase === "unfinished" && checkpoints.some((one) => one.phase === "begun");
}

function waits(message: string): StepResult {
  return { type: "running", askAgainMs: ASK_AGAIN_MS, progress: { message } };
}

async function standBy(world: World, context: StepContext): Promise<DeadMan> {
  const orders: DeadManOrders = {
    runId: world.runId,
    epoch: world.epoch,
    holder: { ...world.holder, by: "dead-man" },
    giving: world.giving.connection,
    taking: world.taking.connection,
    poolers: world.poolers.map((pooler) => pooler.entry),
  };
  try {
    return await context.deadMan(orders);
  } catch (error) {
    throw new NoHelper(messageOf(error), { cause: error });
  }
}

/** Everything up to line 1. What ends it leaves the move as it was: nothing has begun, and the watch looks after the stream again. */
async function getReady(world: World, context: StepContext): Promise<{ prepared: Prepared; deadMan: DeadMan }> {
  let deadMan: DeadMan | null = null;
  try {
    const prepared = await prepare(world);
    await letFollow(world, context);
    await ready(world);
    deadMan = await standBy(world, context);
    await bestMoment(world, context);
    await ready(world);
    await context.checkpoint("begun", { poolers: world.poolers.map((pooler) => pooler.key), roles: prepared.roles });
    // Not before a new try is durable: until then the decision of the former one counts, and only this bars it.
    await unbar(clientOf(world.taking), world.holder);
    context.crashPoint("line-1");
    return { prepared, deadMan };
  } catch (error) {
    await deadMan?.disarm();
    await markAsBefore(world).catch(() => undefined);
    throw error;
  }
}

async function cutNow(world: World, context: StepContext): Promise<StepResult> {
  await assertOurs(world);
  const { prepared, deadMan } = await getReady(world, context);
  const cut: Cut = { cause: null, timings: null };
  try {
    cut.timings = await cutOver(world, context, deadMan, prepared);
  } catch (error) {
    cut.cause = error;
    context.log(`the switch could not go on: ${messageOf(error)}`);
  }
  const found = await settle(world, await seeSwitch(world, context), context);
  const result = await ending(world, context, found, cut);
  if (result.type !== "running") await deadMan.disarm();
  return result;
}

/** What became of a cutover that this call began. */
interface Cut {
  cause: unknown;
  timings: Record<string, number> | null;
}

/** What the step answers once the switch is at one of its ends, and what the journal says. */
async function ending(world: World, context: StepContext, found: Settled, cut: Cut | null): Promise<StepResult> {
  const { decision, unfinished } = found;
  const cause = cut?.cause == null ? causeBefore(context) : messageOf(cut.cause);
  const facts: Facts = { why: decision.why, ...(cut?.timings == null ? {} : { timings: cut.timings }) };
  if (unfinished !== null) {
    // Asked every second: told once.
    if (context.checkpoints.at(-1)?.facts.unfinished !== unfinished)
      await context.note("unfinished", { ...facts, unfinished, ...(cause === null ? {} : { cause }) });
    return waits(`${decision.why} ${unfinished}`);
  }
  const reason = cause ?? decision.why;
  if (decision.action === "fence-now") {
    await context.note("split", facts);
    return { type: "failed", reason: `${decision.why} ${world.giving.connection.key} is fenced now. Compare both sides before anybody goes on (INV-2).` };
  }
  if (decision.action === "forward") {
    await writeOwner(targetOf(world), world.hash, world.epoch, { phase: world.direction === "apply" ? "switched" : "follow", ...switchMs(cut) });
    await context.note("switched", facts);
    context.crashPoint("resumed");
    await probe(world, context);
    context.crashPoint("line-9");
    return { type: "done", output: { ...facts, authority: world.taking.name } };
  }
  // The mark stays where it cannot be changed now: the next try puts right what it says.
  const marked =
    found.left === undefined &&
    (await markAsBefore(world).then(
      () => true,
      () => false,
    ));
  await context.note("called-off", { ...facts, reason, ...(marked ? {} : { left: found.left ?? "the mark of the move" }) });
  const told = `The switch was called off and ${world.giving.connection.key} goes on: ${reason}`;
  return { type: wasLost(world, context) ? "errored" : "failed", reason: told, output: facts };
}

/** Why the cutover could not go on that this call only brings to its end; null when that is not known. */
function causeBefore({ checkpoints }: StepContext): string | null {
  const last = checkpoints.at(-1);
  return last?.phase === "unfinished" && typeof last.facts.cause === "string" ? last.facts.cause : null;
}

/** The mark says again that no switch is at work. @throws Error when it cannot be written */
async function markAsBefore(world: World): Promise<void> {
  await writeOwner(targetOf(world), world.hash, world.epoch, { phase: world.direction === "apply" ? "follow" : "switched" });
}

/** The try was begun by a worker that was lost: that says nothing about the databases, so it may be tried again by itself. */
function wasLost(world: World, context: StepContext): boolean {
  const begun = context.checkpoints.findLast((one) => one.phase === "begun");
  return begun === undefined || begun.epoch < world.epoch;
}

function switchMs(cut: Cut | null): { facts?: { switchMs: number } } {
  const ms = cut?.timings?.["line-8"];
  return ms === undefined ? {} : { facts: { switchMs: ms } };
}
