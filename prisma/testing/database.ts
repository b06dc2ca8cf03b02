import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import type { Role } from "@/lib/auth/permissions";
import { newId } from "@/lib/core/ids";
import { createPool } from "@/lib/db/pool";
import { createPrisma, type Db } from "@/lib/db/prisma";
import type { Ctx } from "@/lib/service/context";
import { makeUser } from "@/prisma/testing/factories/identity";
import { cloneTemplate } from "@/prisma/testing/postgres";

export interface TestDb {
  url: string;
  db: Db;
  /** Context of a new person with the role, signed in now; `now` fixes the verb's clock. */
  ctx: (role: Role, now?: Date) => Promise<Ctx & { actor: { kind: "user"; userId: string; sessionId: string } }>;
  /** Context of the worker. */
  worker: (now?: Date) => Ctx;
  close: () => Promise<void>;
}

/** A database of its own with the schema applied. Call `close` in afterAll. */
export async function testDb(): Promise<TestDb> {
  const name = `t_${randomBytes(8).toString("hex")}`;
  const templateUrl = inject("templateUrl");
  const url = await cloneTemplate(templateUrl, name);
  const opened = openTestDb(url);
  return {
    ...opened,
    close: async () => {
      await opened.close();
      const admin = new pg.Client({ connectionString: templateUrl.replace(/\/[^/]*$/, "/postgres") });
      await admin.connect();
      await admin.query(`DROP DATABASE IF EXISTS ${admin.escapeIdentifier(name)} WITH (FORCE)`);
      await admin.end();
    },
  };
}

/** The same doors to a database that is there already and stays. */
export function openTestDb(url: string): TestDb {
  const db: Db = { prisma: createPrisma(url), pool: createPool(url, { max: 10, applicationName: "switchyard-test" }) };
  return {
    url,
    db,
    ctx: async (role, now = new Date()) => {
      const user = await makeUser(db, { role });
      const sessionId = newId();
      await db.prisma.browserSession.create({
        data: { id: sessionId, userId: user.id, lastSeenAt: now, expiresAt: new Date(now.getTime() + 43_200_000), stepUpAt: now },
      });
      const actor = { kind: "user" as const, userId: user.id, name: user.name, email: user.email, role, sessionId, provenAt: now };
      return { actor, db, now };
    },
    worker: (now = new Date()) => ({ actor: { kind: "worker", name: "test-worker" }, db, now }),
    close: async () => {
      await db.prisma.$disconnect();
      await db.pool.end();
    },
  };
}
