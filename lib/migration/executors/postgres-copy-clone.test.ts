import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { postgresCopy } from "@/lib/migration/executors/postgres-copy";
import { drive, siteConnections, testContext } from "@/lib/migration/executors/testing/context";
import { runStep, type StepOf } from "@/lib/migration/types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";

const base = mkdtempSync(join(tmpdir(), "copy-clone-test-"));
let site: PracticeSite;

const step = runStep.parse({
  key: "step",
  title: "Copy",
  kind: "postgres.copy",
  with: { from: "source", to: "target", tool: "pgcopydb" },
}) as StepOf<"postgres.copy">;
const context = () => testContext(siteConnections(site));

async function admin(statement: string): Promise<void> {
  const client = new Client({ connectionString: site.sourceAdmin?.dsn ?? "" });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  // Folders of copies that other test files make at the same time are none of ours.
  vi.stubEnv("TMPDIR", base);
  site = await startPractice({ dir: join(base, "site"), sizeMb: 13, writesPerSecond: 20, requestsPerSecond: 1 });
});
afterEach(async () => {
  expect((await postgresCopy.undo(step, context())).type).toBe("done");
});
afterAll(async () => {
  await site?.stop();
  rmSync(base, { recursive: true, force: true });
});

describe("postgres.copy by pgcopydb", () => {
  it("copies out of one snapshot under writes, partitions and odd names included, and proves every table", async () => {
    const checks = await postgresCopy.preflight(step, context());
    expect(checks.find((check) => check.name === "pgcopydb")).toMatchObject({ level: "pass" });
    const copied = context();
    expect(await drive((c) => postgresCopy.apply(step, c), copied)).toMatchObject({ type: "done" });
    expect(copied.lines.join("\n")).not.toContain(site.source?.password ?? "none");
    expect(await drive((c) => postgresCopy.verify(step, c), context())).toMatchObject({ type: "done", output: { differences: 0 } });
    expect(readdirSync(base).filter((name) => name.startsWith("switchyard-copy-"))).toEqual([]);
  });

  it("F-PG-22: a part that cannot be made is a failed copy, and the target is not offered", async () => {
    await admin(
      "CREATE ROLE no_such_role_there; ALTER TABLE settings ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON settings TO no_such_role_there USING (true); ALTER TABLE settings OWNER TO app",
    );
    expect(await drive((c) => postgresCopy.apply(step, c), context())).toMatchObject({ type: "failed", reason: expect.stringContaining("pgcopydb") });
    expect(await drive((c) => postgresCopy.verify(step, c), context())).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("does not carry the finished copy"),
    });
    await admin("DROP POLICY p ON settings; ALTER TABLE settings DISABLE ROW LEVEL SECURITY; DROP ROLE no_such_role_there");
  });
});
