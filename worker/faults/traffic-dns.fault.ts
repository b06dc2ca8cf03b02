import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, serverOf } from "@/lib/connection/clients/dns/exchange";
import { openDns } from "@/lib/connection/clients/dns/open";
import type { RecordSet } from "@/lib/connection/clients/dns/provider";
import { readWeight } from "@/lib/connection/clients/haproxy";
import { createEgress } from "@/lib/connection/egress";
import type { Connection } from "@/lib/connection/types";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { PRACTICE_ZONE } from "@/lib/practice/dns-servers";
import { signal } from "@/lib/practice/processes";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeWorkspace } from "@/prisma/testing/factories";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import { type PracticeRun, type Receiver, startedRun, startReceiver } from "@/worker/testing/practice-stage";
import { at, journal, until } from "@/worker/testing/stage";

/* Traffic and DNS with real workers, a real HAProxy and a real PowerDNS: reloads by others, kills, foreign changes. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-traffic-"));
/** F-LB-1: weights are back this long after a reload at most, in milliseconds. */
const RESTORED_MS = 3_000;
const NAME = `www.${PRACTICE_ZONE}`;
const egress = createEgress({ allowLoopback: true });
const children: TestChild[] = [];
const took: number[] = [];
let t: TestDb;
let site: PracticeSite;
let receiver: Receiver;

beforeAll(async () => {
  t = await testDb();
  await makeWorkspace(t.db, { allowLoopback: true });
  await publishWorkerKey(t.db, loadWorkerKey(path.join(DIR, "data")).publicKey);
  receiver = await startReceiver();
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 1, writesPerSecond: 0, requestsPerSecond: 50 });
});
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
});
afterAll(async () => {
  console.log(`Weights back after a reload, in ms: ${took.join(", ")}`);
  await site?.stop();
  await receiver?.close();
  await t?.close();
  rmSync(DIR, { recursive: true, force: true });
});

function worker(crashAt?: string): TestChild {
  const env = { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: path.join(DIR, "data"), ...(crashAt === undefined ? {} : { SWITCHYARD_CRASH_AT: crashAt }) };
  const started = startChild("worker/testing/real-worker.ts", [], env);
  children.push(started);
  return started;
}

const started = (steps: unknown[]) => startedRun(t, site, receiver, steps);
const HAND = { key: "hand", title: "Hand", kind: "manual", instructions: "By hand." };
const reached = (run: PracticeRun, is: (one: RunSnapshot) => boolean) => until(t, run.runId, is, 120_000);

function lb(): Connection {
  return { key: "lb", kind: "haproxy", config: { address: site.haproxy?.address ?? "" }, secret: {} };
}
function dns(): Connection {
  if (site.dns === null) throw new Error("The practice site runs without its DNS server.");
  const { url, apiKey, zone, nameserver } = site.dns;
  return { key: "dns", kind: "powerdns", config: { url, server: "localhost", zones: [zone], nameservers: [nameserver] }, secret: { apiKey } };
}

async function weights(): Promise<string> {
  const of = async (server: string) => (await readWeight(lb(), egress, `app/${server}`)).weight;
  return `${await of("old")}/${await of("new")}`;
}

async function served(): Promise<{ values: string[]; ttl: number }> {
  const { values, ttl } = await ask(egress, serverOf(site.dns?.nameserver ?? ""), NAME, "A", { now: new Date() });
  return { values, ttl };
}

/** Puts the record as it shall be before a case, or as somebody else would. */
async function put(values: string[], ttl: number): Promise<void> {
  const provider = await openDns(dns(), egress, () => new Date());
  const before: RecordSet | null = (await provider.read(PRACTICE_ZONE, NAME, ["A"]))[0] ?? null;
  await provider.change(PRACTICE_ZONE, [{ name: NAME, type: "A", before, after: { name: NAME, type: "A", ttl, values } }], { runId: "somebody", epoch: 1 });
}

describe("HAProxy", () => {
  it("F-LB-1: a reload by somebody else in the middle of a stage: weights back within 3 s, and an alarm", async () => {
    const target = { connection: "lb", backend: "app", oldServer: "old", newServer: "new" };
    const run = await started([{ key: "it", title: "It", kind: "traffic.shift", with: { ...target, stages: [{ percent: 25, hold: "10m" }] } }]);
    worker();
    await reached(run, (one) => one.steps[0]?.waitingFor === "timer");
    for (let round = 0; round < 3; round++) {
      expect(await weights()).toBe("75/25");
      const master = site.processes.find((entry) => entry.name === "haproxy");
      if (master === undefined || !signal(master, "SIGUSR2")) throw new Error("HAProxy is not running.");
      let lostAt: number | null = null;
      const end = Date.now() + 60_000;
      for (;;) {
        const now = await weights().catch(() => "");
        if (now === "100/0") lostAt ??= Date.now();
        if (now === "75/25" && lostAt !== null) break;
        if (Date.now() > end) throw new Error(`The weights are ${now}.`);
        await sleep(20);
      }
      took.push(Date.now() - (lostAt ?? 0));
    }
    const alarms = (await journal(t, run.runId)).filter((type) => type === "traffic.drift");
    expect(alarms).toHaveLength(3);
    expect(Math.max(...took)).toBeLessThanOrEqual(RESTORED_MS);
    await rollbackRun(at(run.operator), { runId: run.runId, reason: "the end" });
    await reached(run, (one) => one.status === "rolled-back");
    expect(await weights()).toBe("100/0");
  });
});

describe("DNS", () => {
  const step = (values: string[]) => ({
    key: "it",
    title: "It",
    kind: "dns.set",
    with: { connection: "dns", zone: PRACTICE_ZONE, ttl: 1, records: [{ name: NAME, type: "A", values }] },
  });

  it.each(["after-intent", "after-effect", "before-outcome"])(
    "F-DNS-1: a worker killed %s: the record is set once, and goes back with the rollback",
    async (point) => {
      await put(["192.0.2.10"], 3);
      const run = await started([step(["192.0.2.20"]), HAND]);
      const dying = worker(`dns.set:${point}`);
      expect(await endOf(dying, 60_000), dying.output()).toBe("SIGKILL");
      worker();
      await reached(run, (one) => one.steps[1]?.waitingFor === "human");
      expect(await served()).toEqual({ values: ["192.0.2.20"], ttl: 1 });
      await journal(t, run.runId);
      await rollbackRun(at(run.operator), { runId: run.runId, reason: "back" });
      await reached(run, (one) => one.status === "rolled-back");
      expect(await served()).toEqual({ values: ["192.0.2.10"], ttl: 3 });
    },
  );

  it("F-DNS-1: a worker killed while the old TTL is waited out: the next one waits on, not anew and not less", async () => {
    await put(["192.0.2.10"], 12);
    const run = await started([step(["192.0.2.20"]), HAND]);
    const first = worker();
    const waits = async () => (await t.db.pool.query("SELECT count(*)::int AS n FROM step_checkpoint WHERE phase = 'ttl-lowered'")).rows[0]?.n as number;
    const before = await waits();
    for (const end = Date.now() + 60_000; (await waits()) === before; await sleep(50))
      if (Date.now() > end) throw new Error(`The wait did not begin.\n${first.output()}`);
    const began = Date.now();
    first.child.kill("SIGKILL");
    await first.ended;
    worker();
    await reached(run, (one) => one.steps[1]?.waitingFor === "human");
    expect(Date.now() - began).toBeGreaterThanOrEqual(11_000);
    expect(await waits()).toBe(before + 1);
    expect(await served()).toEqual({ values: ["192.0.2.20"], ttl: 1 });
  });

  it("F-DNS-2: what somebody else sets during the wait is left alone, and the run stands still with the reason", async () => {
    await put(["192.0.2.10"], 4);
    const run = await started([step(["192.0.2.20"])]);
    worker();
    for (const end = Date.now() + 60_000; (await served()).ttl !== 1; await sleep(50)) if (Date.now() > end) throw new Error("The TTL was not lowered.");
    await put(["192.0.2.66"], 1);
    const end = await reached(run, (one) => one.status === "paused");
    expect(end.steps[0]?.message).toMatch(/Somebody else changed the records.*192\.0\.2\.66/);
    expect(await served()).toEqual({ values: ["192.0.2.66"], ttl: 1 });
  });
});
