import type { listMigrations, MigrationItem, RunListItem } from "@/lib/migration/migration-store";

type Listed = Awaited<ReturnType<typeof listMigrations>>[number];

/** One run in a list. */
export function runAnswer(run: RunListItem) {
  const { createdAt, startedAt, endedAt, ...rest } = run;
  return { ...rest, createdAt: createdAt.toISOString(), startedAt: startedAt?.toISOString() ?? null, endedAt: endedAt?.toISOString() ?? null };
}

/** A declared migration as the API shows it in lists: without its runbook. */
export function migrationAnswer(item: Listed) {
  return {
    key: item.key,
    name: item.name,
    from: item.from,
    to: item.to,
    runbookVersion: item.runbookVersion,
    steps: item.runbook?.steps.length ?? 0,
    guards: item.runbook?.guards.length ?? 0,
    lastRun: item.lastRun === null ? null : runAnswer(item.lastRun),
  };
}

/** One declared migration whole: what the plan says, the newest runbook, its runs. */
export function migrationDetail(item: MigrationItem, runs: readonly RunListItem[]) {
  return {
    key: item.key,
    name: item.name,
    from: item.from,
    to: item.to,
    declared: item.document,
    runbookVersion: item.runbookVersion,
    runbookHash: item.runbookHash,
    runbook: item.runbook,
    runs: runs.map(runAnswer),
  };
}
