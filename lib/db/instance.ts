import { createPool } from "@/lib/db/pool";
import { createPrisma, type Db } from "@/lib/db/prisma";
import { env } from "@/lib/env";

// Next evaluates modules more than once; one pool per process is kept on globalThis.
const holder = globalThis as typeof globalThis & { switchyardDb?: Db };

/** DATABASE_URL. @throws Error when it is not set */
export function databaseUrl(): string {
  const url = env().DATABASE_URL;
  if (url === undefined) throw new Error("DATABASE_URL is not set: start Switchyard with `npm start`.");
  return url;
}

/** The process-wide database of DATABASE_URL. */
export function database(): Db {
  if (holder.switchyardDb === undefined) {
    const url = databaseUrl();
    holder.switchyardDb = { prisma: createPrisma(url), pool: createPool(url) };
  }
  return holder.switchyardDb;
}
