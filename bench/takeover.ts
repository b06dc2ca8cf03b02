import { setTimeout as sleep } from "node:timers/promises";
import { firstRow } from "@/lib/db/transaction";
import { FAST, type GuardSite, openGuardSite, shift } from "./guard-site";
import type { Measurement } from "./measure";
import type { World } from "./world";

/* How long a run has no worker, and its guards see nothing, after the worker was killed while another one stands by (R-ENG-1). */

const LIMIT_MS = 60_000;

/** Milliseconds from the kill until the first sample of a guard by the next worker. */
async function firstSample(guards: GuardSite, runId: string, killed: number): Promise<number> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const sample = await firstRow<{ at: Date }>(guards.database.db.pool, "SELECT at FROM guard_sample WHERE run_id = $1 AND at > $2 ORDER BY at LIMIT 1", [
      runId,
      new Date(killed),
    ]);
    if (sample !== null) return sample.at.getTime() - killed;
    if (performance.now() > end) throw new Error("No guard was asked after the takeover.");
    await sleep(50);
  }
}

/**
 * Takeover after SIGKILL with the lease of production, on a run that is observed under load. A script that is killed is taken
 * over by nobody: there is no other way to measure beside it.
 * @throws Error naming the Debian packages that are missing, or when nobody takes over
 */
export async function benchTakeover(world: World): Promise<Measurement[]> {
  const guards = await openGuardSite(world);
  try {
    const runId = await guards.begin([FAST], [shift("0s")], "7d");
    const [owned, seen]: [number[], number[]] = [[], []];
    for (let n = 1; n <= world.options.runs; n++) {
      await guards.standBy();
      const { epoch } = await guards.until(runId, (run) => run.status === "observing");
      const killed = guards.killOldest();
      await guards.until(runId, (run) => run.epoch > epoch, LIMIT_MS);
      owned.push(Date.now() - killed);
      seen.push(await firstSample(guards, runId, killed));
      world.say(`takeover: ${n} of ${world.options.runs}: the next worker after ${owned.at(-1)} ms, its first look of a guard after ${seen.at(-1)} ms`);
    }
    const common = { benchmark: "cutover", work: "SIGKILL of the worker of an observed run, another one stands by", side: "switchyard" as const };
    return [
      { ...common, way: "kill to the next worker's epoch", times: owned },
      { ...common, way: "kill to the next worker's first look of a guard", times: seen },
    ];
  } finally {
    await guards.end();
  }
}
