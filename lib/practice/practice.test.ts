import { spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { requestStats, setFault, setRate, writerStats } from "./control";
import { readDescription, siteFile } from "./description";
import { installCommand, missingPackages } from "./packages";
import { practiceStatus } from "./practice-status";
import { describeProcess, isRunning, waitGone } from "./processes";
import { startPractice } from "./start-practice";
import { stopPractice } from "./stop-practice";
import type { PracticeDescription } from "./types";

const base = mkdtempSync(join(tmpdir(), "practice-test-"));
const dirs = ["a", "b", "child", "stale"].map((name) => join(base, name));
const [dirA = "", dirB = "", dirChild = "", dirStale = ""] = dirs;

afterAll(async () => {
  for (const dir of dirs) await stopPractice(dir);
  rmSync(base, { recursive: true, force: true });
});

/** Command lines of live processes that mention the directory. */
function processesOf(dir: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((line) => line.includes(dir));
}

async function value(dsn: string, sql: string): Promise<string> {
  const client = new Client({ connectionString: dsn });
  await client.connect();
  try {
    const { rows } = await client.query<{ v: string }>(`SELECT (${sql})::text AS v`);
    return rows[0]?.v ?? "";
  } finally {
    await client.end();
  }
}

async function exerciseSite(site: PracticeDescription): Promise<void> {
  if (site.source === null || site.target === null || site.pgbouncer === null || site.urls.app === null) throw new Error("parts are missing");
  expect(await value(site.source.dsn, "SELECT count(*) > 100 FROM order_events")).toBe("true");
  expect(await value(site.target.dsn, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toBe("0");
  expect(await value(site.pgbouncer.app.dsn, "SELECT system_identifier FROM pg_control_system()")).toBe(
    await value(site.source.dsn, "SELECT system_identifier FROM pg_control_system()"),
  );
  expect(await value(site.pgbouncer.target.dsn, "SELECT system_identifier FROM pg_control_system()")).toBe(
    await value(site.target.dsn, "SELECT system_identifier FROM pg_control_system()"),
  );
  expect((await (await fetch(site.urls.app)).text()).trim()).toBe("old");
  if (site.dns === null) throw new Error("the DNS server is missing");
  const resolver = new Resolver();
  resolver.setServers([site.dns.nameserver]);
  expect(await resolver.resolve4(`www.${site.dns.zone}`)).toEqual(["127.0.0.1"]);
}

async function eventually<T>(read: () => Promise<T>, good: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const seen = await read();
    if (good(seen) || Date.now() > end) return seen;
    await sleep(100);
  }
}

async function promql(site: PracticeDescription, query: string): Promise<number> {
  const response = await fetch(`${site.urls.prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
  const answer = (await response.json()) as {
    data: { result: { value: [number, string] }[] };
  };
  return Number(answer.data.result[0]?.value[1] ?? Number.NaN);
}

describe("the practice site", () => {
  it("has every Debian package it needs", () => {
    const missing = missingPackages().map((entry) => entry.name);
    expect(missing, missing.length > 0 ? `Run: ${installCommand(missing)}` : undefined).toEqual([]);
  });

  it("runs twice at once with real servers, load and faults, and leaves nothing behind", {
    timeout: 120_000,
  }, async () => {
    const [a, b] = await Promise.all([startPractice({ dir: dirA, sizeMb: 12, ledger: true }), startPractice({ dir: dirB, sizeMb: 12 })]);
    expect(new Set([...Object.values(a.ports), ...Object.values(b.ports)]).size).toBe(Object.keys(a.ports).length * 2);
    await exerciseSite(a);
    await exerciseSite(b);
    await expect(startPractice({ dir: dirA })).rejects.toThrow("already runs");

    const writes = await eventually(
      () => writerStats(a),
      (stats) => stats.acknowledged >= 20,
    );
    expect(writes.acknowledged).toBeGreaterThanOrEqual(20);
    await setRate(a, "writer", 0);
    await sleep(300);
    const tokens = readFileSync(a.ledgerFile ?? "", "utf8")
      .trim()
      .split("\n");
    expect(await value(a.source?.dsn ?? "", `SELECT count(*) FROM write_log WHERE token IN (${tokens.map((token) => `'${token}'`).join(",")})`)).toBe(
      String(tokens.length),
    );

    await setFault(a, "old", { errorRate: 0.5 });
    const errors = await eventually(
      () =>
        promql(
          a,
          'sum(rate(haproxy_server_http_responses_total{server="old",code="5xx"}[3s])) / sum(rate(haproxy_server_http_responses_total{server="old"}[3s]))',
        ),
      (share) => share > 0.3,
    );
    expect(errors).toBeGreaterThan(0.3);
    const seen = await requestStats(a);
    expect(seen.byStatus["500"]).toBeGreaterThan(0);
    expect(seen.bySide.new).toBeUndefined();

    await a.stop();
    await b.stop();
    for (const site of [a, b]) {
      expect(practiceStatus(site.dir).processes.filter((entry) => entry.running)).toEqual([]);
      expect(processesOf(site.dir)).toEqual([]);
      expect(existsSync(site.clusters)).toBe(false);
    }
  });

  it("ends when the process that started it is killed", {
    timeout: 60_000,
  }, async () => {
    const script = join(base, "starter.mts");
    const root = process.cwd();
    writeFileSync(
      script,
      `import { startPractice } from "${root}/lib/practice/start-practice";\nawait startPractice({ dir: ${JSON.stringify(dirChild)}, sizeMb: 2 });\nconsole.log("up");\nsetInterval(() => undefined, 1000);\n`,
    );
    const child = spawn(process.execPath, ["--import", "tsx", script], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`starter ended with ${code}`)));
    });
    const site = readDescription(dirChild);
    if (site === null) throw new Error("no description");
    child.kill("SIGKILL");
    expect(await waitGone(site.supervisor, 40_000)).toBe(true);
    expect(site.processes.filter(isRunning)).toEqual([]);
    expect(existsSync(site.clusters)).toBe(false);
  });

  it("takes its processes with it when the supervisor itself is killed", {
    timeout: 60_000,
  }, async () => {
    const site = await startPractice({
      dir: dirChild,
      sizeMb: 2,
      detached: true,
    });
    process.kill(site.supervisor.pid, "SIGKILL");
    for (const entry of site.processes) expect(await waitGone(entry, 10_000), entry.name).toBe(true);
    await site.stop();
    expect(processesOf(dirChild)).toEqual([]);
  });

  it("never kills a process that reuses a recorded pid", async () => {
    const bystander = spawn("sleep", ["60"], { stdio: "ignore" });
    const pid = bystander.pid ?? 0;
    const real = describeProcess("bystander", pid);
    const site = readDescription(dirChild);
    if (site === null) throw new Error("no description");
    const stale = {
      ...site,
      dir: dirStale,
      clusters: join(dirStale, "clusters"),
      supervisor: { name: "supervisor", pid, startTime: "1" },
      processes: [{ name: "haproxy", pid, startTime: "2" }],
    };
    mkdirSync(dirStale, { recursive: true });
    writeFileSync(siteFile(dirStale), JSON.stringify(stale));
    expect(practiceStatus(dirStale).running).toBe(false);
    await stopPractice(dirStale);
    expect(isRunning(real)).toBe(true);
    bystander.kill("SIGKILL");
  });
});
