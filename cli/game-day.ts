import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import { firstRow } from "@/lib/db/transaction";
import { noteFault, scoreFault } from "@/lib/migration/game-day";
import { GAME_FAULTS, type GameFault, type GameScore } from "@/lib/migration/game-score";
import { loadRun } from "@/lib/migration/load-run";
import { ENDED } from "@/lib/migration/types";
import { type Heal, killWorker, plantErrors, plantLatency, stopFollowing, stopMetrics } from "@/lib/practice/plant-fault";
import { practiceStatus } from "@/lib/practice/practice-status";
import { DEFAULT_DIR } from "@/lib/practice/start-practice";
import type { PracticeDescription } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import { withContext } from "./database";
import { CliError, print, printJson } from "./output";
import { runId } from "./run-commands";

const LOOK_MS = 500;
const seconds = (ms: number | null) => (ms === null ? "never" : `${(ms / 1_000).toFixed(1)} s`);

interface Options {
  fault: string;
  for: string;
  dir: string;
  json?: boolean;
}

/** `game-day RUN --fault KIND`: plants a fault in the practice site under a rehearsal and scores what the run does. */
export function addGameDay(program: Command): void {
  program
    .command("game-day <run>")
    .description("plant a fault in the practice site under a rehearsal that is under way, and score what the run does about it")
    .requiredOption("--fault <kind>", GAME_FAULTS.join(", "))
    .option("--for <duration>", "how long the fault stays", "30s")
    .option("--dir <dir>", "state directory of the practice site", DEFAULT_DIR)
    .option("--json", "as JSON")
    .action(async (name: string, options: Options, command: Command) => {
      const fault = GAME_FAULTS.find((kind) => kind === options.fault);
      if (fault === undefined) throw new CliError(`There is no fault "${options.fault}". There are: ${GAME_FAULTS.join(", ")}.`);
      const { site, running } = practiceStatus(options.dir);
      if (site === null || !running) throw new CliError("The practice site does not run: start it with `npm run switchyard -- practice up`.");
      await withContext(command.optsWithGlobals<{ demo?: boolean }>().demo === true, async (ctx) => {
        const score = await play(ctx, await runId(ctx, name), fault, site, parseDuration(options.for));
        if (options.json === true) printJson(score);
        else show(score);
        if (score.points < score.of) process.exitCode = 1;
      });
    });
}

async function play(ctx: Ctx, id: string, fault: GameFault, site: PracticeDescription, forMs: number): Promise<GameScore> {
  // Said before it is done: a fault that nobody knows of would be taken for a real one.
  await noteFault({ ...ctx, now: new Date() }, { runId: id, fault, phase: "injected" });
  const heal = await plant(ctx, id, fault, site).catch(async (error: unknown) => {
    await noteFault({ ...ctx, now: new Date() }, { runId: id, fault, phase: "healed", detail: "It could not be planted." });
    throw new CliError(messageOf(error));
  });
  try {
    const end = Date.now() + forMs;
    while (Date.now() < end && !ENDED.includes((await loadRun(ctx.db.pool, id)).status)) await sleep(LOOK_MS);
  } finally {
    await heal();
    await noteFault({ ...ctx, now: new Date() }, { runId: id, fault, phase: "healed" });
  }
  return await scoreFault({ ...ctx, now: new Date() }, id);
}

async function plant(ctx: Ctx, id: string, fault: GameFault, site: PracticeDescription): Promise<Heal> {
  switch (fault) {
    case "errors":
      return await plantErrors(site);
    case "latency":
      return await plantLatency(site);
    case "metrics":
      return await stopMetrics(site);
    case "lag":
      return await stopFollowing(site);
    case "worker": {
      const worker = await firstRow<{ host: string; pid: number }>(
        ctx.db.pool,
        "SELECT w.host, w.pid FROM run r JOIN worker_heartbeat w ON w.id = r.lease_owner WHERE r.id = $1",
        [id],
      );
      if (worker === null) throw new Error("No worker holds this run now.");
      killWorker(worker);
      return async () => undefined;
    }
  }
}

function show(score: GameScore): void {
  print(`${score.fault}: ${score.verdict} ${score.points} of ${score.of} points.`);
  for (const check of score.checks) print(`  ${check.held ? "yes" : "no "}  ${check.asked}: ${check.found}`);
  print(`  noticed after ${seconds(score.noticedMs)}, decided after ${seconds(score.decidedMs)}, back after ${seconds(score.backMs)}`);
}
