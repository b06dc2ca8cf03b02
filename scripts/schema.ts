/*
 * Schema work for developers:
 *   write   regenerates the first schema migration and the client from prisma/schema (before the first release only)
 *   apply   applies schema migrations to DATABASE_URL
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { applySchemaMigrations, schemaAsSql } from "@/lib/db/schema-migrations";
import { startEmbeddedPostgres } from "@/scripts/embedded-postgres";

const root = path.resolve(import.meta.dirname, "..");

async function write() {
  const dir = await mkdtemp(path.join(os.tmpdir(), "switchyard-schema-"));
  const server = await startEmbeddedPostgres({ dataDir: path.join(dir, "pg"), database: "schema" });
  try {
    const sql = await schemaAsSql(root, server.url);
    await writeFile(path.join(root, "prisma/migrations/0001_domain/migration.sql"), sql);
    console.log(await applySchemaMigrations(root, server.url));
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
  execFileSync(process.execPath, [path.join(root, "scripts/generate.mjs")], { stdio: "inherit" });
}

const command = process.argv[2];
if (command === "write") await write();
else if (command === "apply" && process.env.DATABASE_URL) console.log(await applySchemaMigrations(root, process.env.DATABASE_URL));
else {
  console.error("usage: node --import tsx scripts/schema.ts write | apply (with DATABASE_URL)");
  process.exit(2);
}
