import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { applySchemaMigrations } from "@/lib/db/schema-migrations";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/scripts/embedded-postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the test server's template database. */
    templateUrl: string;
  }
}

const root = path.resolve(import.meta.dirname, "../..");
export const TEMPLATE = "switchyard_template";

/** Starts a throw-away Postgres with the schema applied to the template database. */
export async function startTestServer(): Promise<EmbeddedPostgres & { remove: () => Promise<void> }> {
  const dir = mkdtempSync(path.join(os.tmpdir(), `switchyard-test-${createHash("sha1").update(root).digest("hex").slice(0, 6)}-`));
  // The server's own user must be able to enter the folder.
  const { chmodSync } = await import("node:fs");
  chmodSync(dir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: path.join(dir, "pg"), database: TEMPLATE, throwAway: true });
  await applySchemaMigrations(root, server.url);
  return {
    ...server,
    remove: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Creates a database from the template and returns its address. */
export async function cloneTemplate(templateUrl: string, name: string): Promise<string> {
  const url = new URL(templateUrl);
  url.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  try {
    // Only one session may copy the template at a time; the lock makes parallel test files queue.
    await admin.query("SELECT pg_advisory_lock(hashtext('clone'))");
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  } finally {
    await admin.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** vitest global set-up: one server for the whole run. */
export default async function setup(project: TestProject) {
  const server = await startTestServer();
  project.provide("templateUrl", server.url);
  return () => server.remove();
}
