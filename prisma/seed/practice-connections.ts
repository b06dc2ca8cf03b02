import { createConnection } from "@/lib/connection/create-connection";
import { findConnection } from "@/lib/connection/store";
import type { ConnectionKind } from "@/lib/connection/types";
import { updateConnection } from "@/lib/connection/update-connection";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { hashOf } from "@/lib/core/canonical";
import { RefusedError } from "@/lib/core/errors";
import { createPool } from "@/lib/db/pool";
import { createPrisma, type Db } from "@/lib/db/prisma";
import { giveIdentities } from "@/lib/practice/identities";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import { EXAMPLE_ZONES, makeExampleZones } from "./example-zones";

interface Binding {
  key: string;
  name: string;
  kind: ConnectionKind;
  config: Record<string, unknown>;
  secret: Record<string, string>;
}

function postgres(key: string, name: string, kind: "postgres" | "pgbouncer", database: PracticeDatabase, more: Record<string, unknown> = {}): Binding {
  const { host, port, user, password } = database;
  return { key, name, kind, config: { host, port, database: database.database, user, sslmode: "disable", ...more }, secret: { password } };
}

/**
 * Who the database connections log in as: the owner of the tables, as a copy that is restored needs it, or the role of
 * live moves, which is none of the application's.
 */
export type PracticeLogin = "owner" | "mover";

/** The connections of the example plans, on the parts of the practice site that run here. */
export function practiceConnections(site: PracticeSite, login: PracticeLogin): Binding[] {
  const [source, target] = login === "mover" ? [site.sourceMover, site.targetMover] : [site.source, site.target];
  const pooler = site.pgbouncer;
  return [
    ...(source === null ? [] : [postgres("source-db", "Practice source database", "postgres", source)]),
    ...(target === null ? [] : [postgres("target-db", "Practice target database", "postgres", target)]),
    ...(pooler === null ? [] : [postgres("pooler", "Practice PgBouncer console", "pgbouncer", pooler.console, { configFile: pooler.configFile })]),
    ...(site.haproxy === null
      ? []
      : [
          {
            key: "load-balancer",
            name: "Practice HAProxy",
            kind: "haproxy" as const,
            config: { address: site.haproxy.address, configFile: site.haproxy.configFile },
            secret: {},
          },
        ]),
    ...(site.dns === null
      ? []
      : [
          {
            key: "dns",
            name: "Practice DNS",
            kind: "powerdns" as const,
            config: { url: site.dns.url, server: "localhost", zones: [site.dns.zone, ...EXAMPLE_ZONES], nameservers: [site.dns.nameserver] },
            secret: { apiKey: site.dns.apiKey },
          },
        ]),
    ...(site.urls.prometheus === null
      ? []
      : [{ key: "metrics", name: "Practice Prometheus", kind: "prometheus" as const, config: { url: site.urls.prometheus }, secret: {} }]),
  ];
}

/** Makes a practice site what the runbooks of the example plans expect of it; safe to do again. */
export async function readyForExamples(site: PracticeSite): Promise<void> {
  await giveIdentities(site);
  if (site.dns !== null) await makeExampleZones(site.dns);
}

/**
 * Binds a project's connections to a practice site; what is bound to the same place already is left alone. Resolves
 * with a sentence for every connection that a run under way keeps where it was.
 */
export async function bindPractice(databaseUrl: string, project: string, site: PracticeSite, login: PracticeLogin, dataDir: string): Promise<string[]> {
  const db: Db = { prisma: createPrisma(databaseUrl), pool: createPool(databaseUrl, { max: 2 }) };
  try {
    await publishWorkerKey(db, loadWorkerKey(dataDir).publicKey);
    const { id: projectId } = await db.prisma.project.findUniqueOrThrow({ where: { slug: project } });
    const ctx: Ctx = { actor: { kind: "cli", name: "practice" }, db, now: new Date() };
    const kept: string[] = [];
    for (const binding of practiceConnections(site, login)) kept.push(...(await bind(ctx, project, projectId, binding)));
    return kept;
  } finally {
    await db.prisma.$disconnect();
    await db.pool.end();
  }
}

async function bind(ctx: Ctx, project: string, projectId: string, binding: Binding): Promise<string[]> {
  const known = await findConnection(ctx.db, projectId, binding.key);
  if (known === null) await createConnection(ctx, { project, ...binding });
  if (known === null || hashOf(known.config) === hashOf(binding.config)) return [];
  const { config, secret, name } = binding;
  try {
    await updateConnection(ctx, { id: known.id, version: known.version, name, config, ...(Object.keys(secret).length > 0 ? { secret } : {}) });
    return [];
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return [`${project}: ${error.issues.map((issue) => issue.message).join(" ")}`];
  }
}
