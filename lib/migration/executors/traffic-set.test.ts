import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haproxyCommand, readWeight } from "@/lib/connection/clients/haproxy";
import { findHaproxy } from "@/lib/connection/clients/haproxy-file";
import { createEgress } from "@/lib/connection/egress";
import { claimPorts } from "@/lib/free-ports";
import { drive, named, siteConnections, testContext } from "@/lib/migration/executors/testing/context";
import { weightsFor } from "@/lib/migration/executors/traffic/adapter";
import { trafficSet } from "@/lib/migration/executors/traffic-set";
import type { StepContext } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";
import { Children } from "@/lib/practice/children";
import { requestStats, setRate } from "@/lib/practice/control";
import { signal } from "@/lib/practice/processes";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";

const base = mkdtempSync(join(tmpdir(), "traffic-test-"));
let site: PracticeSite;

beforeAll(async () => {
  site = await startPractice({ dir: join(base, "site"), sizeMb: 1, writesPerSecond: 0, requestsPerSecond: 50 });
}, 120_000);
afterAll(async () => {
  await site?.stop();
  rmSync(base, { recursive: true, force: true });
});

const step = (percent: number, values: Partial<StepOf<"traffic.set">["with"]> = {}): StepOf<"traffic.set"> => ({
  kind: "traffic.set",
  key: "step",
  title: "Traffic",
  onFailure: "pause",
  with: { connection: "lb", backend: "app", oldServer: "old", newServer: "new", percent, minRequests: 0, tolerance: "none", ...values },
});
const context = (values: Partial<StepContext> = {}) => testContext(siteConnections(site), values);

async function weights(): Promise<[number, number]> {
  const [, , lb] = siteConnections(site);
  if (lb === undefined) throw new Error("no connection");
  const egress = createEgress({ allowLoopback: true });
  return [(await readWeight(lb, egress, "app/old")).weight, (await readWeight(lb, egress, "app/new")).weight];
}

/** Share of the new side among requests made here and now, through the front door. */
async function share(requests: number): Promise<number> {
  let fresh = 0;
  for (let index = 0; index < requests; index++) fresh += (await (await fetch(site.urls.app ?? "")).text()).trim() === "new" ? 1 : 0;
  return fresh / requests;
}

/** A command of somebody else at the runtime API. */
async function runtime(command: string): Promise<string> {
  const [, , lb] = siteConnections(site);
  if (lb === undefined) throw new Error("no connection");
  return await haproxyCommand(lb, createEgress({ allowLoopback: true }), command.split(" "));
}

async function signalReload(): Promise<void> {
  const before = await runtime("show info");
  const master = site.processes.find((entry) => entry.name === "haproxy");
  if (master === undefined || !signal(master, "SIGUSR2")) throw new Error("HAProxy is not running.");
  const pid = (text: string) => /^Pid: (\d+)/m.exec(text)?.[1];
  for (let tries = 0; tries < 200; tries++) {
    await sleep(50);
    const now = await runtime("show info").catch(() => "");
    if (pid(now) !== undefined && pid(now) !== pid(before)) return;
  }
  throw new Error("HAProxy did not reload");
}

/** Weights of the new process; the old one may answer a few times more. */
async function weightsAfterReload(): Promise<[number, number]> {
  await sleep(300);
  return await weights();
}

/** What a system administrator does: HAProxy's master process replaces its worker. */
async function reloadByThirdParty(): Promise<void> {
  await signalReload();
  for (let tries = 0; tries < 100; tries++) {
    await sleep(50);
    if ((await weights().catch(() => [25, 25]))[1] === 0) return;
  }
  throw new Error("the reload did not reset the weights");
}

describe("weights", () => {
  it("always add up and are whole numbers HAProxy accepts", () => {
    for (let tenth = 0; tenth <= 1_000; tenth++) {
      const { old, new: fresh } = weightsFor(tenth / 10);
      expect([100, 200]).toContain(old + fresh);
      expect(Math.abs((fresh / (old + fresh)) * 100 - tenth / 10)).toBeLessThanOrEqual(0.25);
    }
    expect(weightsFor(0)).toEqual({ old: 100, new: 0 });
    expect(weightsFor(100)).toEqual({ old: 0, new: 100 });
  });
});

describe("traffic.set on a real HAProxy", () => {
  it("sets the share, reads it back, counts answers of the new side and undoes it", async () => {
    expect(named(await trafficSet.preflight(step(25), context()), "block")).toEqual([]);
    expect(await trafficSet.observe(step(25), context())).toMatchObject({ state: "absent", facts: { weights: { old: 100, new: 0 } } });
    for (const percent of [10, 25, 50, 100]) {
      const applied = await trafficSet.apply(step(percent), context());
      expect(applied).toMatchObject({ type: "done", output: { weights: { old: 100 - percent, new: percent } } });
      expect(await weights()).toEqual([100 - percent, percent]);
      expect((await trafficSet.observe(step(percent), context())).state).toBe("present");
      expect(Math.abs((await share(100)) - percent / 100)).toBeLessThan(0.12);
    }
    const before = (await requestStats(site)).bySide.new ?? 0;
    const verifying = context();
    const verified = await drive((c) => trafficSet.verify(step(100, { minRequests: 40 }), c), verifying);
    expect(verified.type).toBe("done");
    expect(((await requestStats(site)).bySide.new ?? 0) - before).toBeGreaterThanOrEqual(35);
    expect(verifying.seen.some((progress) => progress.total === 40)).toBe(true);
    expect((await trafficSet.undo(step(100), context())).type).toBe("done");
    expect(await weights()).toEqual([100, 0]);
    expect(await share(20)).toBe(0);
  });

  it("F-LB-1: a reload by somebody else is seen and repaired", async () => {
    await trafficSet.apply(step(25), context());
    expect((await trafficSet.observe(step(25), context())).state).toBe("present");
    await reloadByThirdParty();
    // What the engine does every 2 s: look, and set again what is not as it shall be.
    expect(await trafficSet.observe(step(25), context())).toMatchObject({ state: "absent", facts: { weights: { old: 100, new: 0 } } });
    expect((await trafficSet.apply(step(25), context())).type).toBe("done");
    expect(await weights()).toEqual([75, 25]);
    expect(Math.abs((await share(100)) - 0.25)).toBeLessThan(0.12);
    await trafficSet.undo(step(25), context());
  });

  it("goes on when the measured share is the set one, and not before there are enough requests", async () => {
    await setRate(site, "requests", 0);
    const set = step(25, { tolerance: 5 });
    const applied = await trafficSet.apply(set, context());
    const previous = applied.type === "done" ? (applied.output ?? null) : null;
    await share(20);
    const early = await trafficSet.verify(set, context({ previous }));
    expect(early).toMatchObject({ type: "waiting", on: "samples", message: expect.stringMatching(/of 20 requests, set 25 %; 50 requests are needed/) });
    await share(60);
    const enough = await trafficSet.verify(set, context({ previous: early.type === "waiting" ? (early.output ?? null) : null }));
    expect(enough).toMatchObject({ type: "done", output: { measured: expect.stringMatching(/measured 2\d\.\d % of 80 requests, set 25 %/) } });
    await trafficSet.undo(set, context());
    await setRate(site, "requests", 50);
  });

  it("does not go on while the traffic does not follow the weights", async () => {
    await setRate(site, "requests", 0);
    const set = step(50, { tolerance: 5 });
    const applied = await trafficSet.apply(set, context());
    const previous = applied.type === "done" ? (applied.output ?? null) : null;
    // Somebody takes the new server out of rotation; its weight stays what it was.
    await runtime("set server app/new state drain");
    await share(80);
    expect(await weights()).toEqual([50, 50]);
    expect(await trafficSet.verify(set, context({ previous }))).toMatchObject({
      type: "waiting",
      message: expect.stringMatching(/measured 0\.0 % of 80 requests, set 50 %; allowed are 5 points/),
    });
    await runtime("set server app/new state ready");
    await setRate(site, "requests", 50);
    await trafficSet.undo(set, context());
  });

  it("goes on counting over a reload, in a window of its own", async () => {
    const set = step(50, { minRequests: 1_000_000 });
    const applied = await trafficSet.apply(set, context());
    await sleep(500);
    const first = await trafficSet.verify(set, context({ previous: applied.type === "done" ? (applied.output ?? null) : null }));
    expect(first).toMatchObject({ type: "waiting", on: "samples" });
    await reloadByThirdParty();
    await trafficSet.apply(step(50), context());
    const verified = await drive(
      (c) => trafficSet.verify(step(50, { minRequests: 20, tolerance: 10 }), c),
      context({ previous: first.type === "waiting" ? (first.output ?? null) : null }),
    );
    expect(verified.type).toBe("done");
    await trafficSet.undo(step(50), context());
  });

  it("F-LB-2: a renamed server and a socket that is gone fail cleanly", async () => {
    const missing = step(25, { newServer: "renamed" });
    expect(named(await trafficSet.preflight(missing, context()), "block")).toEqual(["traffic"]);
    expect(await trafficSet.apply(missing, context())).toMatchObject({ type: "failed", reason: expect.stringContaining("app/renamed") });
    const nobody = [{ key: "lb", kind: "haproxy" as const, config: { address: "127.0.0.1:1" }, secret: {} }];
    expect((await trafficSet.apply(step(25), testContext(nobody))).type).toBe("errored");
    expect(await weights()).toEqual([100, 0]);
  });

  it("F-LB-2: a runtime API without level admin is refused beforehand, and in the step itself", async () => {
    const { web, api } = await claimPorts(["web", "api"]);
    const file = join(base, "operator.cfg");
    const [defaults, backend] = [
      "mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s",
      "server old 127.0.0.1:1 weight 100\n  server new 127.0.0.1:1 weight 0",
    ];
    writeFileSync(
      file,
      `global\n  stats socket ipv4@127.0.0.1:${api} level operator\ndefaults\n  ${defaults}\nfrontend web\n  bind 127.0.0.1:${web}\n  default_backend app\nbackend app\n  ${backend}\n`,
    );
    const children = new Children(base, () => undefined);
    try {
      children.start("operator", findHaproxy() ?? "haproxy", ["-db", "-f", file], {});
      const connection = { key: "lb", kind: "haproxy" as const, config: { address: `127.0.0.1:${api}` }, secret: {} };
      for (let tries = 0; tries < 100; tries++) {
        const level = await haproxyCommand(connection, createEgress({ allowLoopback: true }), ["show", "cli", "level"]).catch(() => "");
        if (level.trim() === "operator") break;
        await sleep(50);
      }
      expect(named(await trafficSet.preflight(step(25), testContext([connection])), "block")).toEqual(["permission"]);
      expect(await trafficSet.apply(step(25), testContext([connection]))).toMatchObject({
        type: "failed",
        reason: expect.stringMatching(/refused the weight: .*[Pp]ermission/),
      });
    } finally {
      await children.stopAll();
    }
  });

  it("S-15: separators cannot start a second command", async () => {
    for (const name of ["old;set weight app/new 100", "old\nset weight app/new 100", "old new", "", "a/b;c"]) {
      const result = await trafficSet.apply(step(25, { newServer: name }), context());
      expect(result, name).toMatchObject({ type: "failed", reason: expect.stringContaining("no name of an HAProxy") });
    }
    expect(await weights()).toEqual([100, 0]);
  });

  it("moves nothing to a server that is down", async () => {
    const backend = site.processes.find((entry) => entry.name === "backend-new");
    if (backend === undefined) throw new Error("no backend");
    signal(backend, "SIGSTOP");
    try {
      let result = await trafficSet.apply(step(0), context());
      for (let tries = 0; tries < 60 && result.type !== "failed"; tries++) {
        await sleep(250);
        result = await trafficSet.apply(step(10), context());
        if (result.type === "done") await trafficSet.undo(step(10), context());
      }
      expect(result).toMatchObject({ type: "failed", reason: expect.stringContaining("DOWN") });
      expect(await weights()).toEqual([100, 0]);
    } finally {
      signal(backend, "SIGCONT");
      // The tests after this one find it as they expect it.
      for (let tries = 0; tries < 100 && !/\napp,new,[^\n]*,UP,/.test(await runtime("show stat")); tries++) await sleep(100);
    }
  });

  it("without a file the last weights are lost with a reload, and that is said beforehand", async () => {
    const last = step(100, { last: true });
    const checks = await trafficSet.preflight(last, context());
    expect(checks.find((check) => check.name === "after a reload")).toMatchObject({
      level: "warn",
      message: expect.stringContaining("brings the old ones back"),
    });
    expect(await trafficSet.apply(last, context())).toMatchObject({ type: "done", output: { durable: expect.stringContaining("not written") } });
    expect(readFileSync(join(site.dir, "haproxy.cfg"), "utf8")).toMatch(/server old .* weight 100[\s\S]*server new .* weight 0/);
    await trafficSet.undo(last, context());
  });

  it("F-LB-1: with a file the last weights are there after a reload, and a rollback writes the former ones back", async () => {
    const file = join(site.dir, "haproxy.cfg");
    const former = readFileSync(file, "utf8");
    const connections = [{ key: "lb", kind: "haproxy" as const, config: { address: site.haproxy?.address ?? "", configFile: file }, secret: {} }];
    const last = step(100, { last: true });
    const filed = (values: Partial<StepContext> = {}) => testContext(connections, values);
    expect(named(await trafficSet.preflight(last, filed()), "block")).toEqual([]);
    const before = (await trafficSet.observe(last, filed())).facts;
    expect(before).toMatchObject({ lasting: { old: 100, new: 0 } });
    expect(await trafficSet.apply(last, filed())).toMatchObject({ type: "done", output: { durable: `written to ${file}` } });
    expect(readFileSync(file, "utf8")).toBe(former.replace("weight 100 ", "weight 0 ").replace(/(server new .* weight) 0 /, "$1 100 "));
    await signalReload();
    expect(await weightsAfterReload()).toEqual([0, 100]);
    expect((await trafficSet.observe(last, filed())).state).toBe("present");
    expect(await trafficSet.undo(last, filed({ before }))).toMatchObject({ type: "done" });
    expect(readFileSync(file, "utf8")).toBe(former);
    await signalReload();
    expect(await weightsAfterReload()).toEqual([100, 0]);
    expect(readdirSync(site.dir).filter((name) => name.startsWith("haproxy.cfg."))).toEqual([expect.stringContaining(".before-")]);
  });
});
