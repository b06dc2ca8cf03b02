import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "@/prisma/generated/client/client";

/** A Prisma client on its own connections; for reads and simple writes only (see lib/db/transaction.ts). */
export function createPrisma(connectionString: string): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 10 }) });
}

/** Both doors to our own database. */
export interface Db {
  prisma: PrismaClient;
  pool: pg.Pool;
}
