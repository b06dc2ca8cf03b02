import { messageOf } from "@/lib/core/errors";
import { type Authority, bar, claim, close, fence, loginRoles, NotHolder, readAuthority } from "@/lib/migration/executors/move/authority";
import { assertQuiet, type DrainProof } from "@/lib/migration/executors/move/drain";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";
import { readOwner } from "@/lib/migration/executors/move/owner";
import { keepAll } from "@/lib/migration/executors/move/poolers";
import { readSubscription, setEnabled } from "@/lib/migration/executors/move/subscription";
import { decideSwitch, type SideSeen, type SwitchDecision, type SwitchSeen } from "@/lib/migration/executors/move/switch-decide";
import { callOff, goForward, goForwardAlone, type Settling } from "@/lib/migration/executors/move/switch-settle";
import { clientOf, type Side, settlingOf, type World } from "@/lib/migration/executors/move/switch-world";
import type { Checkpoint, StepContext } from "@/lib/migration/executors/types";

/* Looks at a switch that may be in any state, decides by §2.4 and settles it. Also how a switch is called off while it goes on. */

/** How a switch was settled. */
export interface Settled {
  decision: SwitchDecision;
  /** Decided, but something does not answer yet: it is tried again. */
  unfinished: string | null;
  /** What could not be put back although the application goes on: the next try does. */
  left?: string;
}

/** Takes both servers for this owner and looks at everything. @throws NotHolder when a later owner was here */
export async function seeSwitch(world: World, context: Pick<StepContext, "checkpoints">): Promise<SwitchSeen> {
  const [given, taken] = [await seeSide(world, world.giving), await seeSide(world, world.taking)];
  const giving = stateOf(given);
  const seen = await Promise.all(world.poolers.map((pooler) => pooler.see()));
  const proof = proofOf(context.checkpoints);
  return {
    giving,
    taking: stateOf(taken),
    takingBarred: typeof taken === "object" && taken.barred,
    openedAlone: ofThisTry(context.checkpoints).some((one) => one.phase === "opening-alone"),
    takingAdmits: await admits(world, world.taking),
    poolers: seen.map((pooler) => pooler.state),
    committed: proof !== null,
    drained: proof === null || giving !== "fenced" ? null : await stillDrained(world, proof),
  };
}

const stateOf = (seen: Authority | "unmade" | "unreachable"): SideSeen => (typeof seen === "object" ? seen.state : seen);

async function seeSide(world: World, side: Side): Promise<Authority | "unmade" | "unreachable"> {
  try {
    return await askSide(world, side);
  } catch (error) {
    if (error instanceof NotHolder) throw error;
    // A server that was restarted has ended our session: what it says now counts.
    await side.reopen();
  }
  return await askSide(world, side).catch((error: unknown) => {
    if (error instanceof NotHolder) throw error;
    side.client = null;
    side.problem = messageOf(error);
    return "unreachable" as const;
  });
}

async function askSide(world: World, side: Side): Promise<Authority | "unmade"> {
  if (side.client === null) throw new Error(side.problem);
  const row = await readAuthority(side.client, world.hash);
  if (row === null) return "unmade";
  await claim(side.client, world.holder);
  return row;
}

async function admits(world: World, side: Side): Promise<boolean | null> {
  if (side.client === null) return null;
  return await loginRoles(side.client, world.config.applicationRoles).then(
    (roles) => roles.length > 0,
    () => null,
  );
}

function ofThisTry(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
  return checkpoints.slice(
    Math.max(
      checkpoints.findLastIndex((one) => one.phase === "begun"),
      0,
    ),
  );
}

/** Phases after which a decision that was durable holds no more. */
const TAKEN_BACK = ["calling-off", "called-off"];

/** The proof of the newest try that came to the decision; null when it did not come so far, or was called off since. */
export function proofOf(checkpoints: readonly Checkpoint[]): DrainProof | null {
  const newest = ofThisTry(checkpoints);
  const commit = newest.findLast((one) => one.phase === "commit-target");
  if (commit === undefined || newest.slice(newest.indexOf(commit)).some((one) => TAKEN_BACK.includes(one.phase))) return null;
  return commit.facts.proof as DrainProof;
}

async function stillDrained(world: World, proof: DrainProof): Promise<boolean> {
  try {
    const client = clientOf(world.giving);
    const arrived = await clientOf(world.taking).query(`SELECT 1 FROM ${MOVE_SCHEMA}.fence WHERE token = $1`, [proof.token]);
    await assertQuiet(client, proof, world.stream);
    return arrived.rowCount === 1;
  } catch {
    return false;
  }
}

/**
 * Brings the switch to one of its two ends, or leaves it alone. May be repeated until nothing is unfinished.
 * @throws NotHolder when a later owner has taken over
 */
export async function settle(world: World, seen: SwitchSeen, context: Pick<StepContext, "checkpoint" | "assertLease">): Promise<Settled> {
  const decision = decideSwitch(seen);
  if (decision.action === "wait") return { decision, unfinished: decision.why };
  const settling = settlingOf(world);
  try {
    if (decision.action === "nothing") {
      // The dead-man helper lets everybody go on and leaves the subscriptions as they were when the worker was lost.
      if (await wasSwitching(world)) await streams(world, { stream: true, back: false });
      return { decision, unfinished: null };
    }
    if (decision.action === "fence-now") {
      const giving = clientOf(world.giving);
      await fence(giving, world.holder, await loginRoles(giving, world.config.applicationRoles));
      return { decision, unfinished: null };
    }
    if (decision.action === "call-off") {
      if ((seen.committed || world.mayBeCommitted) && seen.giving !== "open") await takeBack(world, context, decision.why);
      await callOff(settling);
      const left = await streams(world, { stream: true, back: false }).then(() => undefined, messageOf);
      await keepAll(world.poolers);
      return { decision, unfinished: null, ...(left === undefined ? {} : { left }) };
    }
    const givingClosed = await forward(settling, seen, context);
    await streams(world, { stream: false, back: world.goesBack });
    await keepAll(world.poolers);
    return {
      decision,
      unfinished: givingClosed ? null : `${world.giving.connection.key} does not answer: it stays fenced, and going back is not possible until it does.`,
    };
  } catch (error) {
    if (error instanceof NotHolder) throw error;
    return { decision, unfinished: messageOf(error) };
  }
}

/**
 * Before the fence is lifted after a decision that may be durable: nobody may open the taking side alone any more, on this
 * observation or a later one. Its own row says so; where it cannot be reached, our own database does.
 * @throws NotHolder when it is open; Error when neither could be written
 */
async function takeBack(world: World, context: Pick<StepContext, "checkpoint">, why: string): Promise<void> {
  try {
    return await bar(clientOf(world.taking), world.holder);
  } catch (error) {
    if (error instanceof NotHolder) throw error;
  }
  await context.checkpoint("calling-off", { why });
}

/** Whether the giving side could be closed; the taking one is open and everybody there either way. */
async function forward(settling: Settling, seen: SwitchSeen, context: Pick<StepContext, "checkpoint" | "assertLease">): Promise<boolean> {
  try {
    await close(settling.giving(), settling.holder);
  } catch (error) {
    if (error instanceof NotHolder) throw error;
    const decided = seen.giving === "closed" || seen.taking === "open";
    // A later owner that cannot reach the taking side has to know that it may be open.
    if (!decided && !seen.openedAlone) await context.checkpoint("opening-alone", { giving: messageOf(error) });
    context.assertLease();
    await goForwardAlone(settling, decided);
    return false;
  }
  await goForward(settling);
  return true;
}

async function wasSwitching(world: World): Promise<boolean> {
  const { client } = world.direction === "apply" ? world.taking : world.giving;
  return client !== null && (await readOwner(client))?.phase === "switching";
}

/** Never both on: before version 16 what came one way would be sent back the other. */
async function streams(world: World, wanted: { stream: boolean; back: boolean }): Promise<void> {
  const off = async (side: Side, name: string) => {
    if (side.client !== null && (await readSubscription(side.client, name)) !== null) await setEnabled(side.client, name, false);
  };
  if (wanted.stream) {
    await off(world.giving, world.back.subscription);
    await setEnabled(clientOf(world.taking), world.stream.subscription, true);
  } else {
    await off(world.taking, world.stream.subscription);
    if (wanted.back) await setEnabled(clientOf(world.giving), world.back.subscription, true);
  }
}
