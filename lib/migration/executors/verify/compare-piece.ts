import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { differingKeys, judgeRound, type ListedRow, type RowDifference, type Seen, type Standing } from "@/lib/migration/executors/verify/settle";
import { catchUp, type Following, onBoth, type Sides } from "@/lib/migration/executors/verify/sides";
import { type Piece, rowSql, rowsSql, sumSql } from "@/lib/migration/executors/verify/sql";
import type { Pair } from "@/lib/migration/executors/verify/tables";

/** A piece is read again this often, each time when the target has caught up, before its rows are looked at one by one. */
const AGAIN = 3;
/** Looks at rows that differ; those that change in between each time stay open. */
const ROUNDS = 6;
/** Rows of one piece that are looked at one by one; with more the piece is simply different. */
const MOST_ROWS = 500;
const PAGE = 2_000;

export interface PieceResult {
  rows: bigint;
  differences: RowDifference[];
  /** More rows differ than were looked at. */
  more: boolean;
  /** Rows that changed too fast to be compared. */
  unsettled: string[];
  /** How often the piece was read. */
  reads: number;
}

export interface PieceContext {
  sides: Sides;
  following: Following | null;
  settleMs: number;
  signal: AbortSignal;
}

/** Rows of a piece in pages, through a cursor: the memory does not grow with the piece. */
async function* listRows(client: pg.Client, pair: Pair, piece: Piece): AsyncGenerator<ListedRow> {
  const { text, values } = rowsSql(pair, piece, null);
  await client.query("BEGIN TRANSACTION READ ONLY");
  try {
    await client.query(`DECLARE listed NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const rows = await query(client, `FETCH ${PAGE} FROM listed`);
      for (const row of rows) yield { at: row.at ?? "", key: row.key ?? "", value: row.value ?? "" };
      if (rows.length < PAGE) return;
    }
  } finally {
    await client.query("ROLLBACK");
  }
}

async function readKeys(client: pg.Client, pair: Pair, piece: Piece, keys: readonly string[]): Promise<Seen> {
  const { text, values } = rowsSql(pair, piece, keys);
  return new Map((await query(client, text, values)).map((row) => [row.key ?? "", row.value ?? ""]));
}

/** Looks at single rows until each is the same, proven different, or known to change too fast. */
async function settle(context: PieceContext, pair: Pair, piece: Piece, keys: readonly string[]): Promise<{ proven: RowDifference[]; open: string[] }> {
  const { sides, following, settleMs, signal } = context;
  const open: Standing = new Map(keys.map((key) => [key, 0]));
  const proven: RowDifference[] = [];
  for (let round = 0; round < ROUNDS && open.size > 0; round++) {
    const wanted = [...open.keys()];
    const before = await readKeys(sides.source, pair, piece, wanted);
    await catchUp(sides, following ?? settleMs, signal);
    const target = await readKeys(sides.target, pair, piece, wanted);
    const after = await readKeys(sides.source, pair, piece, wanted);
    proven.push(...judgeRound(open, { before, target, after }));
  }
  return { proven, open: [...open.keys()] };
}

/** Compares one piece of a table; a difference has to last (§2.6). */
export async function comparePiece(context: PieceContext, pair: Pair, piece: Piece): Promise<PieceResult> {
  const { sides, following, settleMs, signal } = context;
  const statement = sumSql(pair.table, piece);
  let rows = 0n;
  for (let read = 1; read <= 1 + AGAIN; read++) {
    if (read > 1) await catchUp(sides, following ?? settleMs, signal);
    signal.throwIfAborted();
    const { source, target } = await onBoth(sides, statement);
    rows = BigInt(source[0]?.rows ?? "0");
    if (source[0]?.rows === target[0]?.rows && source[0]?.sum === target[0]?.sum) return { rows, differences: [], more: false, unsettled: [], reads: read };
  }
  const lists = [listRows(sides.source, pair, piece), listRows(sides.target, pair, piece)] as const;
  let found: { keys: string[]; more: boolean };
  try {
    found = await differingKeys(lists[0], lists[1], MOST_ROWS);
  } finally {
    for (const list of lists) await list.return(undefined);
  }
  const { proven, open } = await settle(context, pair, piece, found.keys);
  return { rows, differences: proven, more: found.more && proven.length > 0, unsettled: open, reads: 1 + AGAIN };
}

export interface ColumnDifference {
  column: string;
  source: string | null;
  target: string | null;
}

/** Columns of one row that differ, with their values; these are shown only where the step allows it. */
export async function differingColumns(sides: Sides, pair: Pair, piece: Piece, key: string): Promise<ColumnDifference[]> {
  const { source, target } = await onBoth(sides, rowSql(pair.table, piece, key));
  const there = new Map(target.map((row) => [row.name, row.value ?? null]));
  return source
    .filter((row) => there.has(row.name) && there.get(row.name) !== (row.value ?? null))
    .map((row) => ({ column: row.name ?? "", source: row.value ?? null, target: there.get(row.name) ?? null }));
}
