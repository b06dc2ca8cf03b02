import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { runbookHash } from "@/lib/migration/plan-hash";
import { type Runbook, runbook } from "@/lib/migration/types";
import { makeProject } from "@/prisma/testing/factories/project";

/** A runbook document from its unparsed form; defaults are filled in. */
export function makeRunbook(values: { steps?: unknown[]; guards?: unknown[]; observation?: string; note?: string } = {}): Runbook {
  return runbook.parse({
    steps: values.steps ?? [{ key: "do-it", title: "Do it", kind: "manual", instructions: "By hand." }],
    guards: values.guards ?? [],
    observation: { duration: values.observation ?? "1s" },
    ...(values.note === undefined ? {} : { note: values.note }),
  });
}

/** A project with one declared migration from its current to its target stack and one runbook version. */
export async function makeMigration(db: Db, document: Runbook, values: { requiredApprovals?: number; soloMode?: boolean } = {}) {
  const { project, stacks } = await makeProject(db, values);
  const migration = await db.prisma.migration.create({
    data: { id: newId(), projectId: project.id, key: "move", name: "Move to target", fromStackId: stacks.current, toStackId: stacks.target },
  });
  await addRunbook(db, migration, document);
  return { project, stacks, migration };
}

/** Another runbook version, as an import of the plan adds it. */
export async function addRunbook(db: Db, migration: { id: string; projectId: string }, document: Runbook) {
  const number = (await db.prisma.runbookVersion.count({ where: { migrationId: migration.id } })) + 1;
  return await db.prisma.runbookVersion.create({
    data: {
      id: newId(),
      projectId: migration.projectId,
      migrationId: migration.id,
      number,
      document: JSON.parse(JSON.stringify(document)),
      hash: runbookHash(document),
    },
  });
}

/** A connection without secrets. */
export async function makeConnection(db: Db, projectId: string, values: { key: string; kind: string; config?: object }) {
  return await db.prisma.connection.create({
    data: { id: newId(), projectId, key: values.key, name: values.key, kind: values.kind, config: values.config ?? {} },
  });
}

/** A worker that was heard of just now, so that runs may be started. */
export async function makeHeartbeat(db: Db, id = "test-worker") {
  const now = new Date();
  return await db.prisma.workerHeartbeat.create({ data: { id, host: "localhost", pid: 1, version: "test", startedAt: now, lastSeenAt: now } });
}
