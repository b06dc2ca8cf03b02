import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { applySchemaMigrations } from "@/lib/db/schema-migrations";
import { claimPort } from "@/lib/free-ports";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/scripts/embedded-postgres";

/* A Postgres of its own for Switchyard's tables, that a test may stop, break and start again without disturbing others. */

export interface ControlCluster {
  url: string;
  port: number;
  dataDir: string;
  /** Process of the postmaster; another one after a restart. */
  pid: () => number;
  /** As `pg_ctl stop -m immediate`: no shutdown, the next start recovers from the log. */
  stopImmediately: () => Promise<void>;
  /** Starts it again on the same port with the same data. */
  start: () => Promise<void>;
  /** Ends the server and removes its data. */
  remove: () => Promise<void>;
}

// Processes are killed here, machines are not: the kernel keeps what was written. COMMITs must be durable across that.
const SETTINGS = ["fsync=off", "full_page_writes=off", "synchronous_commit=on", "restart_after_crash=on"];

/** Starts it with the schema applied. `dataDir` puts the data elsewhere, such as on a small file system. */
export async function startControlCluster(options: { dataDir?: string; settings?: readonly string[] } = {}): Promise<ControlCluster> {
  const dir = mkdtempSync(path.join(os.tmpdir(), "switchyard-control-"));
  // The server's own user must be able to enter the folder.
  chmodSync(dir, 0o755);
  const port = await claimPort();
  const open = () =>
    startEmbeddedPostgres({
      dataDir: options.dataDir ?? path.join(dir, "pg"),
      database: "switchyard",
      port,
      settings: [...SETTINGS, ...(options.settings ?? [])],
    });
  let server: EmbeddedPostgres = await open();
  await applySchemaMigrations(path.resolve(import.meta.dirname, "../../.."), server.url);
  let running = true;
  // Two starts at once would each end the other's server as a leftover.
  let opening: Promise<void> | null = null;
  const start = async () => {
    if (running) return;
    opening ??= open()
      .then((opened) => {
        server = opened;
        running = true;
      })
      .finally(() => {
        opening = null;
      });
    await opening;
  };
  const end = async (signal: NodeJS.Signals) => {
    await opening;
    if (!running) return;
    running = false;
    process.kill(server.pid, signal);
    await server.ended;
  };
  return {
    url: server.url,
    port,
    dataDir: server.dataDir,
    pid: () => server.pid,
    stopImmediately: () => end("SIGQUIT"),
    start,
    remove: async () => {
      await end("SIGQUIT");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
