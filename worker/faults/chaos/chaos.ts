/*
 * `npm run test:chaos -- --runs N --seed S [--from R] [--lanes L]`: N full migrations, each on a fresh practice site under
 * 16 writers, with a blow every 1 to 10 s (F-ALL), L of them at a time, each lane with a database of Switchyard of its own.
 * Prints one line a run and a table; the last line counts the runs in which every invariant held. The same seed is the same
 * schedule.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "@/lib/core/errors";
import { missingPackages } from "@/lib/practice/packages";
import { openTestDb } from "@/prisma/testing/database";
import { makeWorkspace } from "@/prisma/testing/factories";
import { startControlCluster } from "../rig/control-cluster";
import { startProxy } from "../rig/proxy";
import { prepareWorkspace } from "./migration";
import { type ChaosOutcome, chaosRun } from "./one-run";
import { chaosTable, isGood, line } from "./table";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    lanes: { type: "string", default: "1" },
  },
});
const [runs, seed, from, lanes] = [Number(values.runs), Number(values.seed), Number(values.from), Number(values.lanes)];
if (![runs, seed, from, lanes].every((one) => Number.isSafeInteger(one) && one >= 0) || runs === 0 || lanes === 0) {
  console.error("usage: npm run test:chaos -- --runs N --seed S [--from R] [--lanes L]   (whole numbers)");
  process.exit(2);
}

/** Makes one run after the other until `next` has no more. */
async function lane(next: () => number | null, outcomes: ChaosOutcome[]): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), "switchyard-chaos-"));
  chmodSync(dir, 0o755);
  const dataDir = path.join(dir, "data");
  const control = await startControlCluster();
  const proxy = await startProxy({ port: control.port });
  const t = openTestDb(control.url);
  try {
    await makeWorkspace(t.db, { allowLoopback: true });
    await prepareWorkspace(t, dataDir);
    for (let run = next(); run !== null; run = next()) {
      try {
        const outcome = await chaosRun({ t, control, proxy, dir, dataDir }, seed, run);
        outcomes.push(outcome);
        console.log(line(outcome));
      } catch (error) {
        console.log(`run ${run}: could not be made: ${messageOf(error)}`);
      }
      // A run that never ended must not be driven on beside the next one.
      await t.db.pool.query("UPDATE run SET status = 'aborted', ended_at = now() WHERE ended_at IS NULL");
    }
  } finally {
    await t.close();
    await proxy.close();
    await control.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const missing = missingPackages().map((one) => one.name);
  if (missing.length > 0) throw new Error(`Debian packages are missing: apt-get install ${missing.join(" ")}`);
  const outcomes: ChaosOutcome[] = [];
  const stopped = new AbortController();
  // The runs under way are brought to their end first: their servers are processes of their own.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopped.abort());
  let run = from;
  const next = () => (run < from + runs && !stopped.signal.aborted ? run++ : null);
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, runs) }, () => lane(next, outcomes)));
  for (const one of ended) if (one.status === "rejected") console.log(`a lane ended: ${messageOf(one.reason)}`);
  outcomes.sort((a, b) => a.run - b.run);
  console.log(`\n${chaosTable(outcomes, seed)}`);
  const passed = outcomes.filter(isGood).length;
  console.log(`\n${passed} passed, ${runs - passed} failed`);
  return passed === runs ? 0 : 1;
}

process.exitCode = await main();
