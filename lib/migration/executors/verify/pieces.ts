import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { boundarySql, type Piece, WHOLE } from "@/lib/migration/executors/verify/sql";
import type { Pair } from "@/lib/migration/executors/verify/tables";

/** One thing to compare: a range of a table, or all of a table that has no order both sides agree on. */
export interface Task {
  number: number;
  pair: Pair;
  piece: Piece | { buckets: number };
}

/** Where a comparison goes on: everything before it has been compared. */
export interface Position {
  table: string;
  /** Key after which the table goes on; null for its beginning. */
  after: string[] | null;
}

const MOST_BUCKETS = 1_024;
const ROW_BYTES = 100;

/** Buckets of about `pieceRows` rows. Pure. */
export function bucketsFor(pair: Pair, pieceRows: number): number {
  const rows = pair.table.rows ?? pair.table.bytes / ROW_BYTES;
  return Math.min(MOST_BUCKETS, Math.max(1, Math.ceil(rows / pieceRows)));
}

/** Whether the planner knows the table to be no larger than one piece: its end need not be looked for. */
function fitsOne(pair: Pair, pieceRows: number): boolean {
  return pair.table.rows !== null && pair.table.rows <= pieceRows && pair.table.bytes <= pieceRows * 1_000;
}

/** Cuts the tables into pieces in a fixed order, one by one as they are asked for, from a position on. Reads only keys of the source. */
export async function* cutPieces(source: pg.Client, pairs: readonly Pair[], pieceRows: number, from: Position | null): AsyncGenerator<Task> {
  let number = 0;
  const start = from === null ? 0 : pairs.findIndex((pair) => pair.label === from.table);
  for (const [index, pair] of pairs.entries()) {
    if (index < start) continue;
    let after = index === start && from !== null ? from.after : null;
    if (pair.mode === "buckets") yield { number: number++, pair, piece: { buckets: bucketsFor(pair, pieceRows) } };
    else if (after === null && fitsOne(pair, pieceRows)) yield { number: number++, pair, piece: WHOLE };
    else
      for (;;) {
        const { text, values } = boundarySql(pair.table, after, pieceRows);
        const [row] = await query(source, text, values);
        const upTo = row === undefined ? null : Object.values(row).map((value) => value ?? "");
        yield { number: number++, pair, piece: { after, upTo } };
        // The last piece is open at its end: rows that only the target has lie there.
        if (upTo === null) break;
        after = upTo;
      }
  }
}

/** Tasks between the one who cuts and those who compare: never more than `size` wait, so that memory does not grow. */
export class TaskQueue {
  private readonly waiting: Task[] = [];
  private readonly readers: ((task: Task | null) => void)[] = [];
  private readonly writers: (() => void)[] = [];
  private readonly size: number;
  private closed = false;

  constructor(size: number) {
    this.size = size;
  }

  async put(task: Task): Promise<void> {
    while (this.waiting.length >= this.size && !this.closed) await new Promise<void>((resolve) => this.writers.push(resolve));
    if (this.closed) return;
    const reader = this.readers.shift();
    if (reader === undefined) this.waiting.push(task);
    else reader(task);
  }

  /** The next task; null when there will be none. */
  async take(): Promise<Task | null> {
    const task = this.waiting.shift();
    if (task !== undefined) {
      this.writers.shift()?.();
      return task;
    }
    return this.closed ? null : await new Promise((resolve) => this.readers.push(resolve));
  }

  close(): void {
    this.closed = true;
    for (const reader of this.readers.splice(0)) reader(null);
    for (const writer of this.writers.splice(0)) writer();
  }

  /** Ends at once: what waits is given up. */
  drop(): void {
    this.waiting.length = 0;
    this.close();
  }
}

/** Which tasks are done, and where to go on after a crash: at the first one that is not. */
export class Progress {
  private readonly open = new Map<number, Task>();
  /** Rows of tasks that were done before an older one: they will be compared again. */
  private readonly ahead = new Map<number, bigint>();
  private total = 0n;

  begin(task: Task): void {
    this.open.set(task.number, task);
  }

  end(task: Task, rows: bigint): void {
    this.open.delete(task.number);
    this.total += rows;
    this.ahead.set(task.number, rows);
    const oldest = Math.min(...this.open.keys());
    for (const number of this.ahead.keys()) if (number < oldest) this.ahead.delete(number);
  }

  /** The oldest task that is not done, and the rows before it; null when none is open. */
  position(): (Position & { rows: bigint }) | null {
    const oldest = [...this.open.values()].reduce<Task | null>((first, task) => (first === null || task.number < first.number ? task : first), null);
    if (oldest === null) return null;
    const rows = [...this.ahead.values()].reduce((sum, one) => sum - one, this.total);
    return { table: oldest.pair.label, after: "after" in oldest.piece && oldest.piece.after !== null ? [...oldest.piece.after] : null, rows };
  }
}
