import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { embeddedPrograms } from "./server-programs";
import { startPractice } from "./start-practice";
import type { PracticeDatabase, PracticeSite } from "./types";

const base = mkdtempSync(join(tmpdir(), "practice-versions-"));
const account = { uid: 65_534, gid: 65_534, home: "/" };
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A folder of programs below a folder with this mode. */
function programs(name: string, mode: number): string {
  const native = join(base, name, "native");
  mkdirSync(join(native, "bin"), { recursive: true });
  for (const program of ["initdb", "postgres"]) writeFileSync(join(native, "bin", program), "", { mode: 0o755 });
  chmodSync(base, 0o755);
  chmodSync(join(base, name), mode);
  return native;
}

async function major(database: PracticeDatabase | null): Promise<number> {
  const client = new Client({ connectionString: database?.dsn ?? "" });
  await client.connect();
  try {
    return Math.floor(Number((await client.query<{ server_version_num: string }>("SHOW server_version_num")).rows[0]?.server_version_num) / 10_000);
  } finally {
    await client.end();
  }
}

describe("programs of PostgreSQL 18", () => {
  it("are used where they are when the account of the servers can reach them", () => {
    const native = programs("open", 0o755);
    expect(embeddedPrograms(base, account, native).postgres).toBe(join(native, "bin/postgres"));
  });

  it("are copied into the folder of the clusters from a folder that is closed to the account", () => {
    const clusters = join(base, "clusters");
    mkdirSync(clusters);
    const native = programs("closed", 0o700);
    const { postgres } = embeddedPrograms(clusters, account, native);
    expect(postgres.startsWith(clusters)).toBe(true);
    expect(statSync(postgres).mode & 0o005).toBe(0o005);
    expect(embeddedPrograms(clusters, account, native).postgres).toBe(postgres);
    expect(embeddedPrograms(clusters, null, native).postgres).toBe(join(native, "bin/postgres"));
  });
});

describe("a practice site of two versions", () => {
  it("has a 15 that is filled, an empty 18, and PgBouncer in front of both", { timeout: 120_000 }, async () => {
    const versions = { source: 15, target: 18 } as const;
    const site: PracticeSite = await startPractice({ dir: join(base, "site"), sizeMb: 5, writesPerSecond: 5, requestsPerSecond: 1, versions });
    try {
      expect(site.options.versions).toEqual(versions);
      expect([await major(site.source), await major(site.target)]).toEqual([15, 18]);
      expect([await major(site.pgbouncer?.app ?? null), await major(site.pgbouncer?.target ?? null)]).toEqual([15, 18]);
    } finally {
      await site.stop();
    }
    expect(existsSync(site.clusters)).toBe(false);
  });

  it("fills a source of 18 as well", { timeout: 120_000 }, async () => {
    const site = await startPractice({ dir: join(base, "site-18"), sizeMb: 5, writesPerSecond: 5, requestsPerSecond: 1, versions: { source: 18, target: 18 } });
    try {
      expect([await major(site.source), await major(site.target)]).toEqual([18, 18]);
    } finally {
      await site.stop();
    }
  });
});
