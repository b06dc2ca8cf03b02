import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { createPool } from "@/lib/db/pool";
import { createPrisma } from "@/lib/db/prisma";
import { env } from "@/lib/env";
import type { Ctx } from "@/lib/service/context";
import { CliError } from "./output";

const instance = z.object({ pid: z.number(), databaseUrl: z.string(), webUrl: z.string().optional() });

/** Where the database is and, when known, the address of the pages. */
interface Place {
  databaseUrl: string;
  webUrl: string | null;
}

/** The database of DATABASE_URL, or of the instance that runs on this machine. @throws CliError saying what to do. */
export function findDatabase(demo: boolean): Place {
  const settings = env();
  if (settings.DATABASE_URL !== undefined && !demo) return { databaseUrl: settings.DATABASE_URL, webUrl: settings.PUBLIC_URL ?? null };
  const file = path.join(path.resolve(import.meta.dirname, "..", settings.SWITCHYARD_DATA_DIR), demo ? "demo" : "", "instance.json");
  const start = demo ? "npm start -- --demo" : "npm start";
  try {
    const found = instance.parse(JSON.parse(readFileSync(file, "utf8")));
    process.kill(found.pid, 0);
    return { databaseUrl: found.databaseUrl, webUrl: found.webUrl ?? null };
  } catch {
    throw new CliError(
      demo
        ? `The demo does not run. Start it with "${start}" in another terminal, then call this again.`
        : `No database: nothing runs here and DATABASE_URL is not set. Start Switchyard with "${start}" in another terminal, or set DATABASE_URL. (The demo has its own: add --demo.)`,
    );
  }
}

/** Runs a piece of work with the database open, as the person at the terminal of the server. */
export async function withContext<T>(demo: boolean, work: (ctx: Ctx, place: Place) => Promise<T>): Promise<T> {
  const place = findDatabase(demo);
  const db = { prisma: createPrisma(place.databaseUrl), pool: createPool(place.databaseUrl, { max: 4, applicationName: "switchyard-cli" }) };
  try {
    return await work({ actor: { kind: "cli", name: userName() }, db, now: new Date() }, place);
  } finally {
    await db.prisma.$disconnect();
    await db.pool.end();
  }
}

/** Name of the operating system's user; containers may have none. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "terminal";
  }
}
