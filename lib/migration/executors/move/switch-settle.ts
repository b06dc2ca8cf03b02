import type pg from "pg";
import { messageOf } from "@/lib/core/errors";
import { type AuthorityHolder, close, liftFence, NotHolder, open, openAlone } from "@/lib/migration/executors/move/authority";
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
 * The giving side goes on, after whoever may open the taking one alone was kept from it: poolers that were led elsewhere are
 * led back, the fence is lifted, everybody goes on. Clients are let go on even where the server cannot be reached: an error is better for them than silence.
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
 * @throws NotHolder when it was called off or taken over; Error naming what could not be done yet
 */
export async function goForward(world: Settling): Promise<void> {
  await close(world.giving(), world.holder);
  await open(world.taking(), world.holder);
  await lead(world);
}

/**
 * The same where the giving side does not answer: it is closed later. Its fence holds meanwhile, because calling off means
 * barring the taking side first. `decided`: the giving side was seen closed, or the taking one open.
 * @throws NotHolder when it is being called off or was taken over; Error naming what could not be done yet
 */
export async function goForwardAlone(world: Settling, decided: boolean): Promise<void> {
  await (decided ? open : openAlone)(world.taking(), world.holder);
  await lead(world);
}

async function lead(world: Settling): Promise<void> {
  await everyOne(world.poolers, async (pooler) => {
    await pooler.leadTo("taking", world.runId);
    await pooler.admin.resume(pooler.entry.database);
  });
}
