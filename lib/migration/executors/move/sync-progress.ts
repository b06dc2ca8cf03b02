import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import type { StepProgress } from "@/lib/migration/executors/types";

export interface TableProgress {
  schema: string;
  name: string;
  /** i: not begun, d: copying, f, s: copied and catching up, r: follows. */
  state: string;
  /** Rows copied so far by a copy under way. */
  rows: number | null;
}

/** Where the servers are with every table of a subscription. */
export async function readTableProgress(target: pg.Client, subscription: string): Promise<TableProgress[]> {
  const rows = await query(
    target,
    `SELECT n.nspname AS schema, c.relname AS name, r.srsubstate AS state, p.tuples_processed AS rows
     FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_stat_progress_copy p ON p.relid = r.srrelid AND p.datname = current_database() AND p.command = 'COPY FROM'
     WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [subscription],
  );
  return rows.map((row) => ({ schema: row.schema ?? "", name: row.name ?? "", state: row.state ?? "i", rows: row.rows == null ? null : Number(row.rows) }));
}

const MOST_PARTS = 200;

/** Progress for the page: rows, table by table, the largest first. Totals are the planner's estimates. Pure. */
export function copyProgress(tables: readonly { schema: string; name: string; rows: number }[], states: readonly TableProgress[]): StepProgress {
  const byName = new Map(states.map((state) => [`${state.schema}.${state.name}`, state]));
  const parts = tables.map((table) => {
    const name = `${table.schema}.${table.name}`;
    const state = byName.get(name);
    const copied = state !== undefined && "fsr".includes(state.state);
    const done = copied ? table.rows : Math.min(state?.rows ?? 0, table.rows);
    return { name, done, total: table.rows, copied };
  });
  const copied = parts.filter((part) => part.copied).length;
  return {
    message: copied === parts.length ? "the tables catch up with what was written meanwhile" : `the servers copy the rows: ${copied} of ${parts.length} tables`,
    done: parts.reduce((sum, part) => sum + part.done, 0),
    total: parts.reduce((sum, part) => sum + part.total, 0),
    unit: "rows",
    parts: parts.slice(0, MOST_PARTS).map(({ name, done, total }) => ({ name, done, total })),
  };
}
