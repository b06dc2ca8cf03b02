import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findJob } from "@/lib/migration/executors/copy/jobs";
import { closeKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import { driveSync, moveContext, moverConnections, sql, syncStep, undoing } from "@/lib/migration/executors/move/testing/site";
import { giveIdentities } from "@/lib/practice/identities";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { endSiteProcesses, siteProcess, untilConnects } from "@/worker/faults/rig/site-process";

const base = mkdtempSync(join(tmpdir(), "sync-durable-"));
let site: PracticeSite;

beforeAll(async () => {
  // What is committed without waiting for the disk stays in memory for so long: a server that dies forgets it for certain.
  const settings = { target: { wal_writer_delay: "10s", wal_writer_flush_after: "1GB" } };
  site = await startPractice({ dir: join(base, "site"), sizeMb: 1, writesPerSecond: 0, requestsPerSecond: 1, settings });
  await giveIdentities(site);
}, 120_000);
afterAll(async () => {
  await closeKeptSides();
  await site?.stop();
  rmSync(base, { recursive: true, force: true });
});

it("F-PG-9: a target that dies right after the structure was made still has it, or it is made again", { timeout: 120_000 }, async () => {
  const target = siteProcess(site, "postgres-target");
  const [step, context] = [syncStep(), moveContext(moverConnections(site))];
  const job = () => findJob(`${context.runId}/${context.stepKey}/schema`);
  await driveSync(step, context, () => job() !== undefined);
  const end = Date.now() + 60_000;
  while (job()?.outcome === null && Date.now() < end) await sleep(5);
  expect(job()?.outcome).toEqual({ type: "done" });
  // Nobody has asked since: what this process knows is that the structure was made.
  await target.kill("SIGQUIT");
  await target.start();
  try {
    // How long a dead server recovers is its own matter; the tries below are for what it forgot.
    await untilConnects(site.target?.dsn ?? "");
    const tries: string[] = [];
    // A session that broke meanwhile is one errored try, as for the engine.
    for (let attempt = 2; attempt < 5 && tries.at(-1) !== "done"; attempt++) {
      const { result } = await driveSync(step, { ...context, attempt });
      tries.push(result.type === "done" || result.type === "running" ? result.type : `${result.type}: ${"reason" in result ? result.reason : ""}`);
    }
    expect(tries.at(-1), tries.join("; ")).toBe("done");
    expect(await sql(site.target, 'SELECT count(*)::int AS n FROM billing."Invoice Lines"')).toEqual(
      await sql(site.source, 'SELECT count(*)::int AS n FROM billing."Invoice Lines"'),
    );
    expect(await postgresSync.undo(step, undoing(moveContext(moverConnections(site), { epoch: 90 })))).toMatchObject({ type: "done" });
  } finally {
    await closeKeptSides();
    await endSiteProcesses([target]);
  }
});
