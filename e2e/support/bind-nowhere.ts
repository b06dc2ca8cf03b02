import type { ConnectionKind } from "@/lib/connection/types";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { createPool } from "@/lib/db/pool";
import { createPrisma, type Db } from "@/lib/db/prisma";
import { createConnection } from "@/lib/migration/change-connection";
import type { Ctx } from "@/lib/service/context";

/** Nothing listens on port 1: every connection is refused at once. */
const NOWHERE = { host: "127.0.0.1", port: 1 };
const postgres = { ...NOWHERE, database: "nowhere", user: "nobody", sslmode: "disable" };

const CONNECTIONS: { key: string; kind: ConnectionKind; config: Record<string, unknown>; secret: Record<string, string> }[] = [
  { key: "source-db", kind: "postgres", config: postgres, secret: { password: "nothing" } },
  { key: "target-db", kind: "postgres", config: { ...postgres, database: "elsewhere" }, secret: { password: "nothing" } },
  { key: "load-balancer", kind: "haproxy", config: { address: `${NOWHERE.host}:${NOWHERE.port}` }, secret: {} },
  { key: "metrics", kind: "prometheus", config: { url: `http://${NOWHERE.host}:${NOWHERE.port}` }, secret: {} },
];

/** Gives a project the connections of the story plan, all to a closed port: its runs can be frozen and approved, and touch nothing. */
export async function bindNowhere(databaseUrl: string, project: string, dataDir: string): Promise<void> {
  const db: Db = { prisma: createPrisma(databaseUrl), pool: createPool(databaseUrl, { max: 2 }) };
  try {
    await publishWorkerKey(db, loadWorkerKey(dataDir).publicKey);
    const ctx: Ctx = { actor: { kind: "cli", name: "test" }, db, now: new Date() };
    for (const connection of CONNECTIONS) await createConnection(ctx, { project, name: `Nowhere: ${connection.key}`, ...connection });
  } finally {
    await db.prisma.$disconnect();
    await db.pool.end();
  }
}
