import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { allowWrites, readOnlySetting, stopWrites } from "@/lib/migration/executors/copy/write-stop";

const name = `w_${randomBytes(6).toString("hex")}`;
const open: pg.Client[] = [];
let admin: pg.Client;

/** A session of the database, with values as text as the executor's own sessions have them. */
async function session(user?: string, applicationName = "somebody"): Promise<pg.Client> {
  const url = new URL(inject("templateUrl"));
  url.pathname = `/${name}`;
  if (user !== undefined) [url.username, url.password] = [user, "only-for-this-test"];
  const types = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;
  const client = new pg.Client({ connectionString: url.href, application_name: applicationName, types });
  client.on("error", () => undefined);
  await client.connect();
  open.push(client);
  return client;
}

const writes = (client: pg.Client) =>
  client
    .query("CREATE TEMP TABLE IF NOT EXISTS t (id int); SHOW transaction_read_only")
    .then(() => client.query<{ transaction_read_only: string }>("SHOW transaction_read_only"))
    .then((result) => result.rows[0]?.transaction_read_only === "off");

beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject("templateUrl").replace(/\/[^/]*$/, "/postgres") });
  await admin.connect();
  await admin.query(`CREATE ROLE ${name}_owner LOGIN PASSWORD 'only-for-this-test'`);
  await admin.query(`CREATE ROLE ${name}_app LOGIN PASSWORD 'only-for-this-test'`);
  await admin.query(`GRANT pg_signal_backend TO ${name}_owner`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}_owner`);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.end().catch(() => undefined);
});
afterAll(async () => {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.query(`DROP ROLE IF EXISTS ${name}_owner, ${name}_app`);
  await admin.end();
});

describe("write stop", () => {
  it("ends the sessions of others, refuses writes of new ones, and gives both back", async () => {
    const owner = await session(`${name}_owner`, "sy:run:1");
    const app = await session(`${name}_app`);
    expect(await stopWrites(owner, "sy:run:")).toBe(1);
    await expect(app.query("SELECT 1")).rejects.toThrow();
    expect(await writes(await session(`${name}_app`)).catch(() => false)).toBe(false);
    await allowWrites(owner, null, "sy:run:");
    expect(await readOnlySetting(owner)).toBeNull();
    expect(await writes(await session(`${name}_app`))).toBe(true);
  });

  it("names a session it may not end, because that one could go on writing", async () => {
    const owner = await session(`${name}_owner`, "sy:run:1");
    const superuser = await session();
    await expect(stopWrites(owner, "sy:run:")).rejects.toThrow(/could go on writing.*process \d+/);
    expect(await writes(superuser)).toBe(true);
    // What the caller does next must come through although that session is still there.
    await allowWrites(owner, null, "sy:run:");
    expect(await readOnlySetting(owner)).toBeNull();
    expect(await writes(superuser)).toBe(true);
  });

  it("gives back the setting that was there", async () => {
    const owner = await session(`${name}_owner`, "sy:run:1");
    await owner.query(`ALTER DATABASE ${name} SET default_transaction_read_only = off`);
    const before = await readOnlySetting(owner);
    await stopWrites(owner, "sy:run:");
    expect(await readOnlySetting(owner)).toBe("on");
    await allowWrites(owner, before, "sy:run:");
    expect(await readOnlySetting(owner)).toBe("off");
    await owner.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  });
});
