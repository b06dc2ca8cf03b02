import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { type TableInfo, tableLabel } from "@/lib/migration/executors/copy/inspect";
import type { StepProgress } from "@/lib/migration/executors/types";

export type Phase = "starting" | "dumping" | "restoring" | "finishing";

const PHASE_TEXT: Record<Phase, string> = {
  starting: "taking the snapshot",
  dumping: "reading the source",
  restoring: "writing the target",
  finishing: "setting sequences and statistics",
};

/** Where a copy stands, table by table. Every row counts twice: once read, once written. */
export class CopyProgress {
  phase: Phase = "starting";
  private readonly tables = new Map<string, { total: number; read: number; written: number }>();

  setTables(tables: readonly TableInfo[]): void {
    for (const table of tables) this.tables.set(tableLabel(table), { total: table.rows, read: 0, written: 0 });
  }

  /** The exact number of rows, once the checksum of the source has counted them. */
  counted(label: string, rows: number): void {
    const entry = this.tables.get(label);
    if (entry !== undefined) entry.total = rows;
  }

  /** A line of `pg_restore --verbose`: `finished item 3350 TABLE DATA orders`. */
  restoreLine(line: string): void {
    const name = /finished item \d+ TABLE DATA (.+)$/.exec(line)?.[1];
    if (name === undefined) return;
    for (const [label, entry] of this.tables) if (label.slice(label.indexOf(".") + 1) === name) entry.written = entry.total;
  }

  /** Everything has been read. */
  dumped(): void {
    for (const entry of this.tables.values()) entry.read = entry.total;
  }

  restored(): void {
    for (const entry of this.tables.values()) entry.written = entry.total;
  }

  /** Asks the server how far the running COPY commands of this run are. */
  async poll(client: pg.Client, side: "read" | "written", applicationName: string): Promise<void> {
    const rows = await query(
      client,
      `SELECT n.nspname || '.' || c.relname AS label, p.tuples_processed AS done
       FROM pg_stat_progress_copy p JOIN pg_stat_activity a ON a.pid = p.pid JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE p.datname = current_database() AND a.application_name = $1`,
      [applicationName],
    );
    for (const row of rows) {
      const entry = this.tables.get(row.label ?? "");
      if (entry !== undefined) entry[side] = Math.max(entry[side], Math.min(Number(row.done), entry.total || Number(row.done)));
    }
  }

  /** For the page; at most 200 tables, the largest first. */
  report(): StepProgress {
    const all = [...this.tables.values()];
    const sum = (read: (entry: { total: number; read: number; written: number }) => number) => all.reduce((total, entry) => total + read(entry), 0);
    const parts = [...this.tables].slice(0, 200).map(([name, entry]) => ({ name, done: Math.min(entry.written, entry.total), total: entry.total }));
    return {
      message: PHASE_TEXT[this.phase],
      done: sum((entry) => Math.min(entry.read + entry.written, entry.total * 2)),
      total: sum((entry) => entry.total * 2),
      unit: "rows read and written",
      parts,
    };
  }
}
