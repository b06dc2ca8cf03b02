import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approveRun } from "@/lib/migration/approve-run";
import { createRun } from "@/lib/migration/create-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import { smallPlan } from "@/lib/plan/testing/example-text";
import { programArguments } from "@/lib/program";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeUser } from "@/prisma/testing/factories";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";

const root = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-cli-"));
const plan = path.join(folder, "plan.yaml");
let t: TestDb;

beforeAll(async () => {
  t = await testDb();
  writeFileSync(plan, smallPlan());
});
afterAll(async () => {
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command line as a process of its own. `url: null` leaves it without a database. */
function run(args: string[], options: { input?: string; url?: string | null } = {}): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, DATABASE_URL: options.url === null ? "" : (options.url ?? t.url), SWITCHYARD_DATA_DIR: folder };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...programArguments("cli/main.ts"), ...args], { cwd: root, env });
    const text = { out: "", err: "" };
    child.stdout.on("data", (chunk) => (text.out += chunk));
    child.stderr.on("data", (chunk) => (text.err += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...text }));
    child.stdin.end(options.input ?? "");
  });
}

describe("switchyard check", () => {
  it("ends with 0 for a plan that is right, without a database", async () => {
    const result = await run(["check", plan], { url: null });
    expect(result).toMatchObject({ code: 0, err: "" });
    expect(result.out).toContain("Nothing to note.");
  });

  it("ends with 1 for findings of level error and gives the shape of the contract", async () => {
    const input = smallPlan().replace("statedTotals: [{ min: 25,", "statedTotals: [{ min: 24,");
    const result = await run(["check", "-", "--json"], { input, url: null });
    expect(result.code).toBe(1);
    const report = JSON.parse(result.out);
    const line = (part: string) => input.split("\n").findIndex((text) => text.includes(part)) + 1;
    expect(Object.keys(report)).toEqual([
      "project",
      "stacks",
      "otherPrices",
      "triggers",
      "decisionMatrix",
      "migrations",
      "monitors",
      "backups",
      "budgets",
      "successCriteria",
      "environment",
      "checklists",
      "unitEconomics",
      "findings",
    ]);
    expect(report.project).toEqual({ name: "Small", slug: "small" });
    expect(report.stacks[0]).toMatchObject({
      key: "now",
      role: "current",
      line: line("- key: now"),
      statedTotals: [{ line: line("statedTotals"), min: "24", max: "30", currency: "USD", period: "month" }],
      computedTotal: { min: "25", max: "30", currency: "USD", period: "month" },
    });
    expect(report.stacks[0].lineItems[1]).toMatchObject({
      name: "Cache",
      line: line("key: cache"),
      price: { form: "range", min: "5", max: "10", currency: "USD", period: "month", approximate: false },
    });
    expect(report.triggers[0]).toMatchObject({
      metric: "users",
      metricText: "Users",
      op: ">",
      value: 1000,
      for: "24h",
      kind: "migrate",
      from: "now",
      to: "next",
      combine: "any",
      qualitative: false,
    });
    expect(report.migrations[0].phases[0].steps[0]).toMatchObject({ title: "Prepare", kind: "manual", commands: [], done: false, line: line("key: prepare") });
    expect(report.findings).toEqual([
      expect.objectContaining({
        code: "headline-vs-table-total",
        level: "error",
        lines: [line("statedTotals"), line("key: server"), line("key: cache")],
        expected: "$25.00 to $30.00",
        found: "$24.00 to $30.00",
      }),
    ]);
  });

  it("ends with 2 for what cannot be read, naming line and column", async () => {
    const broken = await run(["check", "-"], { input: smallPlan().replace("name: Server", "nam: Server"), url: null });
    expect(broken.code).toBe(2);
    expect(broken.out).toMatch(/^-:\d+:\d+: .*"nam" is not a field here; did you mean "name"\?$/m);
    expect(await run(["check", "-"], { input: "a\0b", url: null })).toMatchObject({ code: 2 });
    expect(await run(["check", path.join(folder, "none.yaml")], { url: null })).toMatchObject({ code: 2, err: expect.stringContaining("could not be read") });
    expect(await run(["chek", plan], { url: null })).toMatchObject({ code: 2 });
  });
});

describe("switchyard check of a document", () => {
  it("says that there is nothing to import, and tells Markdown by its text", async () => {
    const nothing = await run(["check", "-"], { input: "# A walk\n\nNothing but words.\n", url: null });
    expect(nothing).toMatchObject({ code: 1, out: expect.stringContaining("Nothing in this document can be imported") });
    const report = JSON.parse((await run(["check", "-", "--json"], { input: "# A walk\n\n```yaml\nstacks:\n```\n", url: null })).out);
    expect(report).toMatchObject({ project: { name: "A walk", slug: "a-walk" }, unread: [], encoding: null, findings: [{ code: "nothing-to-import" }] });
  });
});

describe("switchyard with a database", () => {
  it("says what to do when there is none", async () => {
    expect(await run(["export", "small"], { url: null })).toMatchObject({ code: 1, err: expect.stringMatching(/Start Switchyard with "npm start"/) });
  });

  it("imports, exports and refuses a stale version", async () => {
    expect(await run(["import", plan, "--dry-run"])).toMatchObject({ code: 0, out: expect.stringContaining("Nothing was written") });
    expect(await run(["import", plan])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\+ resource server[\s\S]*Created "small": plan version 1, 0 findings\./),
    });
    expect(await run(["export", "small"])).toMatchObject({ code: 0, out: readFileSync(plan, "utf8") });
    const changed = smallPlan().replace("amount: 100", "amount: 90");
    expect(await run(["import", "-", "--if-match", "1"], { input: changed })).toMatchObject({
      code: 0,
      out: expect.stringContaining("~ budget all  amount 100 → 90"),
    });
    expect(await run(["import", "-", "--if-match", "1"], { input: changed.replace("amount: 90", "amount: 80") })).toMatchObject({
      code: 1,
      err: expect.stringContaining("is at version 2, not 1"),
    });
    expect(await run(["import", "-", "--project", "copy", "--json"], { input: changed })).toMatchObject({
      code: 0,
      out: expect.stringContaining('"slug": "copy"'),
    });
  });

  it("makes links and tokens", async () => {
    const user = await makeUser(t.db, { role: "operator" });
    expect(await run(["user", "create", "--email", "new@example.test", "--role", "viewer"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\/invite\/[\w-]{43}/),
    });
    expect(await run(["token", "create", "--email", user.email, "--scopes", "read,operate"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\S{20,}\n$/),
    });
    expect(await run(["token", "create", "--email", user.email, "--scopes", "admin"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("operator cannot have admin"),
    });
    expect(await run(["run", "list"])).toMatchObject({ code: 0, out: expect.stringContaining("There are no runs yet") });
    expect(await run(["run", "pause", "small#1"])).toMatchObject({ code: 1, err: expect.stringContaining('There is no run "small#1"') });
  });

  it("says that no worker drives a run, where it is shown and where something is asked of it", async () => {
    await makeHeartbeat(t.db);
    const { project, migration } = await makeMigration(t.db, makeRunbook());
    const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
    const made = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "it is time" });
    await requestRun(operator, { runId: made.id, version: made.version });
    const approved = await approveRun(approver, { runId: made.id, planHash: made.planHash });
    await startRun(operator, { runId: made.id, version: approved.version });
    await t.db.pool.query("UPDATE run SET lease_owner = 'w', lease_until = clock_timestamp() + interval '1 h' WHERE id = $1", [made.id]);
    const name = `${project.slug}#1`;
    const shown = await run(["run", "show", name]);
    expect([shown.code, shown.out.includes("No worker")]).toEqual([0, false]);
    await t.db.pool.query("UPDATE run SET lease_until = '2026-03-01T02:00:00Z' WHERE id = $1", [made.id]);
    await t.db.pool.query("DELETE FROM worker_heartbeat");
    const alone = "No worker has driven it since 2026-03-01T02:00:00.000Z: nothing happens in it, and its guards are asleep. No worker is running.";
    expect((await run(["run", "show", name])).out).toContain(alone);
    expect(JSON.parse((await run(["run", "show", name, "--json"])).out)).toMatchObject({ undriven: { since: "2026-03-01T02:00:00.000Z" } });
    const asked = await run(["run", "pause", name]);
    expect([asked.code, asked.out]).toEqual([0, expect.stringContaining(alone)]);
  });

  it("verifies the audit chain and names the entry where it breaks", async () => {
    expect(await run(["audit", "verify"])).toMatchObject({ code: 0, out: expect.stringContaining("The chain holds") });
    const exported = JSON.parse((await run(["audit", "export"])).out);
    expect(exported.length ?? exported.entries.length).toBeGreaterThan(2);
    await t.db.pool.query("ALTER TABLE audit_entry DISABLE TRIGGER USER");
    await t.db.pool.query("UPDATE audit_entry SET action = 'nothing' WHERE seq = 2");
    await t.db.pool.query("ALTER TABLE audit_entry ENABLE TRIGGER USER");
    expect(await run(["audit", "verify"])).toMatchObject({ code: 1, out: expect.stringContaining("The chain breaks at entry 2: its content was changed") });
  });
});

describe("switchyard inventory and rules", () => {
  const compose = path.join(folder, "compose.yaml");
  const rules = path.join(folder, "rules.yml");
  beforeAll(async () => {
    writeFileSync(compose, "services:\n  api: { image: acme/api, ports: ['8080:80'], environment: { TOKEN: do-not-show } }\n  db: { image: postgres:16 }\n");
    writeFileSync(rules, "groups:\n  - name: web\n    rules: [{ alert: Down, expr: up == 0, for: 5m, labels: { severity: critical } }]\n");
    await run(["import", plan, "--project", "sources"]);
  });

  it("imports a Compose file, and says the second time that nothing changed", async () => {
    const into = ["inventory", compose, "--project", "sources", "--stack", "now"];
    const dry = await run([...into, "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, err: "" });
    expect(dry.out).toMatch(/^\+ +services\.db +db +database +Docker/m);
    expect(dry.out).toContain("Nothing was written.");
    const first = await run([...into, "--json"]);
    expect(JSON.parse(first.out)).toMatchObject({ applied: true, stack: "now", source: "compose", counts: { found: 2, new: 2 } });
    expect(dry.out + first.out).not.toContain("do-not-show");
    expect((await run(into)).out).toContain("Nothing changed");
  });

  it("imports a rule file, and says the second time that nothing changed", async () => {
    const first = await run(["rules", rules, "--project", "sources"]);
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/web\/Down\/critical +critical +5 min +up == 0/);
    expect(JSON.parse((await run(["rules", rules, "--project", "sources", "--json"])).out)).toMatchObject({ applied: false, counts: { unchanged: 1 } });
  });

  it("ends with 2 for what cannot be read and with 1 for what is not there", async () => {
    const input = '{"version":4,"terraform_version":"1","resources":[{"secret":"do-not-show"';
    const cut = await run(["inventory", "-", "--project", "sources", "--stack", "now"], { input });
    expect(cut).toMatchObject({ code: 2, err: expect.stringMatching(/not valid JSON/) });
    expect(cut.err).not.toContain("do-not-show");
    expect(await run(["inventory", compose, "--project", "sources", "--stack", "none"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("there are now, next"),
    });
    expect(await run(["rules", compose, "--project", "sources"])).toMatchObject({ code: 2, err: expect.stringContaining("Compose file") });
  });
});
