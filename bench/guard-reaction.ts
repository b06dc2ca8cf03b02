import { setTimeout as sleep } from "node:timers/promises";
import { firstRow } from "@/lib/db/transaction";
import { pauseRun } from "@/lib/migration/pause-run";
import { setFault } from "@/lib/practice/control";
import type { PracticeSite } from "@/lib/practice/types";
import { FAST, type GuardSite, openGuardSite, REQUESTS_PER_SECOND, shift } from "./guard-site";
import type { Measurement } from "./measure";
import type { World } from "./world";

/* How long it takes from the first bad second to the decision and to the traffic being back (R-GRD-6), and whether quiet load is left alone. */

const errors = 'sum(increase(haproxy_server_http_responses_total{server="new",code="5xx"}[5s]))';
const requests = 'sum(increase(haproxy_server_http_responses_total{server="new"}[5s]))';
const PROMQL = {
  key: "share",
  title: "Share of errors",
  source: { type: "promql", connection: "metrics", query: `${errors} / clamp_min(${requests}, 1) * 100`, scrape: "1s", traffic: { query: requests, min: 30 } },
  op: ">",
  value: 5,
  unit: "%",
};

const APPROVAL = { key: "go", title: "Go on", kind: "approval" };

interface Situation {
  name: string;
  guard: typeof FAST | typeof PROMQL;
  steps: unknown[];
  /** Brings a quiet run to where it is measured. */
  reach: (site: GuardSite, runId: string) => Promise<void>;
}

const waits = async (guards: GuardSite, runId: string) => {
  await guards.until(runId, (run) => run.steps.at(-1)?.waitingFor === "approval");
};

const SITUATIONS: readonly Situation[] = [
  { name: "while a stage is held, fast tier", guard: FAST, steps: [shift("1h")], reach: async () => undefined },
  { name: "while an approval is waited for, fast tier", guard: FAST, steps: [shift("0s"), APPROVAL], reach: waits },
  {
    name: "while paused, fast tier",
    guard: FAST,
    steps: [shift("0s"), APPROVAL],
    reach: async (guards, runId) => {
      await waits(guards, runId);
      await pauseRun(await guards.person("operator"), { runId });
      await guards.until(runId, (run) => run.status === "paused");
    },
  },
  { name: "while a stage is held, PromQL over 5 s", guard: PROMQL, steps: [shift("1h")], reach: async () => undefined },
];

/** Asks the site ten times a second from outside and remembers when the new side answered last. */
function watchSides(site: PracticeSite): { lastNew: () => number; stop: () => Promise<void> } {
  let last = 0;
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const asked = Date.now();
      const side = await fetch(site.urls.app ?? "", { signal: AbortSignal.timeout(2_000) }).then(
        (response) => response.headers.get("x-side"),
        () => null,
      );
      if (side === "new") last = Date.now();
      await sleep(Math.max(0, 20 - (Date.now() - asked)));
    }
  })();
  return {
    lastNew: () => last,
    stop: async () => {
      stopped = true;
      await loop;
    },
  };
}

async function measureOnce(guards: GuardSite, situation: Situation): Promise<{ decided: number; back: number }> {
  const { site, database } = guards;
  const runId = await guards.begin([situation.guard], situation.steps, "1h");
  await situation.reach(guards, runId);
  const outside = watchSides(site);
  try {
    await setFault(site, "new", { errorRate: 0.5 });
    // The first bad answer is given after this moment: times come out a little too long, never too short.
    const bad = Date.now();
    await guards.until(runId, (run) => run.status === "rolled-back");
    await sleep(500);
    const trip = await firstRow<{ at: Date }>(
      database.db.pool,
      "SELECT at FROM journal_event WHERE run_id = $1 AND type = 'guard.tripped' ORDER BY seq LIMIT 1",
      [runId],
    );
    if (trip === null) throw new Error("The run was rolled back without a trip.");
    return { decided: trip.at.getTime() - bad, back: outside.lastNew() - bad };
  } finally {
    await outside.stop();
    await setFault(site, "new", {});
  }
}

async function measureSituation(world: World, guards: GuardSite, situation: Situation): Promise<Measurement[]> {
  const decided: number[] = [];
  const back: number[] = [];
  for (let n = 1; n <= world.options.reactions; n++) {
    const once = await measureOnce(guards, situation);
    decided.push(once.decided);
    back.push(once.back);
    world.say(`guards: ${situation.name}, ${n} of ${world.options.reactions}: decided after ${once.decided} ms, traffic back after ${once.back} ms`);
  }
  const work = `error rate 0 → 50 % at ${REQUESTS_PER_SECOND} requests/s, ${situation.name}`;
  const common = { benchmark: "cutover", work, side: "switchyard" as const };
  return [
    { ...common, way: "first bad second to decision", adds: "3 bad samples in a row, at least 30 requests behind them", times: decided },
    { ...common, way: "first bad second to last answer of the new side", adds: "seen from outside, 50 requests/s", times: back },
  ];
}

/** Both tiers armed under load without a fault: any trip is a false one. */
async function measureQuiet(world: World, guards: GuardSite): Promise<Measurement> {
  const { cleanMinutes } = world.options;
  const runId = await guards.begin([FAST, PROMQL], [shift("0s")], "7d");
  const started = performance.now();
  const end = started + cleanMinutes * 60_000;
  while (performance.now() < end) {
    await sleep(Math.min(10_000, end - performance.now()));
    await guards.until(runId, (run) => run.status === "observing", 1_000);
  }
  const seen = await firstRow<Record<string, number>>(
    guards.database.db.pool,
    `SELECT count(*) AS samples, count(*) FILTER (WHERE verdict = 'bad') AS bad, count(*) FILTER (WHERE verdict IN ('nodata', 'error')) AS without,
            (SELECT count(*) FROM journal_event WHERE run_id = $1 AND type = 'guard.tripped') AS trips
       FROM guard_sample WHERE run_id = $1`,
    [runId],
  );
  const figures = {
    minutes: cleanMinutes,
    samples: seen?.samples ?? 0,
    "bad samples": seen?.bad ?? 0,
    "without data": seen?.without ?? 0,
    "false rollbacks": seen?.trips ?? 0,
  };
  return {
    benchmark: "cutover",
    work: `clean load, ${REQUESTS_PER_SECOND} requests/s`,
    way: "guards of both tiers armed",
    side: "switchyard",
    times: [performance.now() - started],
    figures,
  };
}

/**
 * Guard reaction in every situation and the check for false rollbacks, on the practice site with the real worker process.
 * @throws Error naming the Debian packages that are missing, or when a run without a fault was rolled back
 */
export async function benchGuardReaction(world: World): Promise<Measurement[]> {
  const guards = await openGuardSite(world);
  try {
    const measured: Measurement[] = [];
    for (const situation of SITUATIONS) measured.push(...(await measureSituation(world, guards, situation)));
    if (world.options.cleanMinutes > 0) measured.push(await measureQuiet(world, guards));
    return measured;
  } finally {
    await guards.end();
  }
}
