import type { Check, Noticed } from "./types";

/** Where the plan says how many there are, they must be there. */
export const counts: Check = (plan) => {
  const noticed: Noticed[] = [];
  const look = (path: string, what: string, stated: number | undefined, found: number) => {
    if (stated === undefined || found === 0 || stated === found) return;
    noticed.push({
      code: "count-differs",
      level: "warning",
      path,
      message: `${what}: ${stated} are announced, ${found} are listed.`,
      expected: String(stated),
      found: String(found),
    });
  };
  plan.checklists.forEach((checklist, i) => {
    look(`checklists[${i}]`, checklist.title, checklist.count, checklist.items.length);
  });
  plan.environment.forEach((scope, i) => {
    look(`environment[${i}]`, scope.scope, scope.count, scope.names?.length ?? 0);
  });
  plan.optionMatrices.forEach((matrix, i) => {
    if (matrix.tally === undefined || matrix.rows.some((row) => row.winner === undefined)) return;
    for (const [name, stated] of Object.entries(matrix.tally)) {
      const wins = matrix.rows.filter((row) => row.winner === name).length;
      if (wins === stated) continue;
      noticed.push({
        code: "tally-differs",
        level: "error",
        path: `optionMatrices[${i}].tally`,
        message: `${matrix.title}: "${name}" wins ${wins} factors, not ${stated}.`,
        expected: String(wins),
        found: String(stated),
      });
    }
  });
  return noticed;
};

/** A backup that nothing starts is a wish. */
export const backups: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.backups.forEach((backup, i) => {
    if (backup.frequency === "once") return;
    if (backup.cron === undefined && backup.interval === undefined && backup.frequency === undefined) {
      noticed.push({
        code: "backup-without-schedule",
        level: "warning",
        path: `backups[${i}]`,
        message: `${backup.what}: nothing says when it is saved.`,
        expected: "cron, interval or frequency",
        hint: "Say how often it runs, so that a missing one can be noticed.",
      });
    }
    if (backup.storage === undefined) {
      noticed.push({
        code: "backup-without-place",
        level: "warning",
        path: `backups[${i}]`,
        message: `${backup.what}: nothing says where the backup is kept.`,
        expected: "storage",
      });
    }
  });
  const moves = plan.migrations.some((migration) => migration.phases.some((phase) => phase.steps.some((step) => step.kind === "postgres.copy")));
  if (moves && plan.backups.length === 0) {
    noticed.push({
      code: "no-backup",
      level: "error",
      path: "migrations",
      message: "A database is moved, and the plan has no backup at all.",
      hint: "Add at least a dump before the cutover.",
    });
  }
  return noticed;
};
