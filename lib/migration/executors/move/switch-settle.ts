import type pg from "pg";
import { messageOf } from "@/lib/core/errors";
import { type AuthorityHolder, close, liftFence, NotHolder, open } from "@/lib/migration/executors/move/authority";
import { everyOne, type Pooler } from "@/lib/migration/executors/move/poolers";

/*
 * The two ways a switch ends, for worker, later owner and dead-man helper alike. Each step may be repeated; what another
 * one did already is what was wanted.
 */

export interface Settling {
  runId: string;
  holder: AuthorityHolder;
  giving: () => pg.Client;
  taking: () => pg.Client;
  poolers: readonly Pooler[];
}

/**
 * The giving side goes on: poolers that were led elsewhere are led back, the fence is lifted, everybody goes on. Clients
 * are let go on even where the server cannot be reached: an error is better for them than silence.
 * @throws NotHolder when it was decided or taken over meanwhile: nothing was resumed. Error naming what could not be done yet
 */
export async function callOff(world: Settling): Promise<void> {
  const problems: string[] = [];
  try {
    await liftFence(world.giving(), world.holder);
  } catch (error) {
    if (error instanceof NotHolder) throw error;
    problems.push(messageOf(error));
  }
  await everyOne(world.poolers, async (pooler) => {
    const { state } = await pooler.see();
    if (state !== null && state.side !== "giving") await pooler.leadTo("giving", world.runId);
    await pooler.admin.resume(pooler.entry.database);
  }).catch((error: unknown) => problems.push(messageOf(error)));
  if (problems.length > 0) throw new Error(problems.join("; "));
}

/**
 * The taking side goes on: the giving one stays closed, the taking one opens, poolers lead there and everybody goes on.
 * A giving side that does not answer is closed later: its fence holds, and the decision is durable elsewhere.
 * @throws NotHolder when it was called off or taken over; Error naming what could not be done yet
 */
export async function goForward(world: Settling, options: { givingMayBeGone: boolean }): Promise<{ givingClosed: boolean }> {
  let givingClosed = true;
  try {
    await close(world.giving(), world.holder);
  } catch (error) {
    if (!options.givingMayBeGone || error instanceof NotHolder) throw error;
    givingClosed = false;
  }
  await open(world.taking(), world.holder);
  await everyOne(world.poolers, async (pooler) => {
    await pooler.leadTo("taking", world.runId);
    await pooler.admin.resume(pooler.entry.database);
  });
  return { givingClosed };
}
