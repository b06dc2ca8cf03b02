import { parseDuration } from "@/lib/core/duration";
import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/db/transaction";
import type { Plan } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

/** Interval of a monitor whose plan names none, in milliseconds. */
const DEFAULT_INTERVAL_MS = 60_000;

const BUDGET = {
  table: "budget",
  columns: {
    id: "text",
    project_id: "text",
    key: "text",
    name: "text",
    amount: "numeric",
    currency: "text",
    period: "text",
    levels: "jsonb",
    note: "text",
    stack_key: "text",
  },
  conflict: ["project_id", "key"],
  onChange: "version = t.version + 1",
};

/** Budgets, with the amounts at which somebody is told in ascending order. */
export async function applyBudgets(tx: Tx, target: Target, plan: Plan): Promise<void> {
  const ids = await upsert(
    tx,
    BUDGET,
    plan.budgets.map((budget) => ({
      id: newId(),
      project_id: target.projectId,
      key: budget.key,
      name: budget.name,
      amount: String(budget.amount),
      currency: budget.currency ?? target.currency,
      period: budget.period,
      levels: [...(budget.levels ?? [])].sort((a, b) => a - b),
      note: budget.note ?? "",
      stack_key: budget.stack ?? null,
    })),
  );
  await markRemoved(tx, "budget", target.projectId, ids, target.now);
}

const MONITOR = {
  table: "monitor",
  columns: {
    id: "text",
    project_id: "text",
    key: "text",
    name: "text",
    kind: "text",
    target: "text",
    interval_ms: "bigint",
    stack_key: "text",
    document: "jsonb",
  },
  conflict: ["project_id", "key"],
};

/** Monitors. Whether one is switched on is set in the project, not in the plan. */
export async function applyMonitors(tx: Tx, target: Target, plan: Plan): Promise<void> {
  const ids = await upsert(
    tx,
    MONITOR,
    plan.monitors.map((monitor) => ({
      id: newId(),
      project_id: target.projectId,
      key: monitor.key,
      name: monitor.name,
      kind: monitor.type,
      target: monitor.target,
      interval_ms: monitor.interval === undefined ? DEFAULT_INTERVAL_MS : Math.max(1_000, parseDuration(monitor.interval)),
      stack_key: monitor.stack ?? null,
      document: { schemaVersion: 1, ...monitor },
    })),
  );
  await markRemoved(tx, "monitor", target.projectId, ids, target.now);
}

const BACKUP = {
  table: "backup",
  columns: { id: "text", project_id: "text", key: "text", name: "text", schedule: "text", retention: "text", storage: "text", document: "jsonb" },
  conflict: ["project_id", "key"],
};

/** Backups. When one last ran or was last restored is kept. */
export async function applyBackups(tx: Tx, target: Target, plan: Plan): Promise<void> {
  const ids = await upsert(
    tx,
    BACKUP,
    plan.backups.map((backup) => ({
      id: newId(),
      project_id: target.projectId,
      key: backup.key,
      name: backup.what,
      schedule: backup.cron ?? backup.frequency ?? (backup.interval === undefined ? "" : `every ${backup.interval}`),
      retention: backup.retention ?? backup.retentionText ?? "",
      storage: backup.storage ?? "",
      document: { schemaVersion: 1, ...backup },
    })),
  );
  await markRemoved(tx, "backup", target.projectId, ids, target.now);
}
