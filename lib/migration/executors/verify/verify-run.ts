import type pg from "pg";
import { type DatabaseIdentity, query } from "@/lib/connection/clients/postgres";
import type { StepProgress } from "@/lib/migration/executors/types";
import { comparePiece, differingColumns, type PieceContext, type PieceResult } from "@/lib/migration/executors/verify/compare-piece";
import { cutPieces, type Position, Progress, type Task, TaskQueue } from "@/lib/migration/executors/verify/pieces";
import { readSequenceStands, staleSequences } from "@/lib/migration/executors/verify/sequences";
import type { RowDifference } from "@/lib/migration/executors/verify/settle";
import { type Following, onBoth, type SideName, SideSessions, type Sides, type SidesRequest, VerifyFailed } from "@/lib/migration/executors/verify/sides";
import { bucketSumsSql, type Piece } from "@/lib/migration/executors/verify/sql";
import { compareExtensions, compareStructure, countLargeObjects, readExtensions, readStructure } from "@/lib/migration/executors/verify/structure";
import { type Pair, pairTables, readTables, type Scope } from "@/lib/migration/executors/verify/tables";

export interface VerifyRequest extends SidesRequest {
  scope: Scope;
  jobs: number;
  pieceRows: number;
  /** How the target follows the source; null when nothing is known about that. */
  following: Following | null;
  privileges: boolean;
  /** Milliseconds between two looks at what differs, where `following` is null. */
  settleMs: number;
  /** Whether sequences must not stand behind; false where a later step sets them. */
  sequenceValues: boolean;
  /** Shows the values of columns that differ. */
  rowContents: boolean;
  resume: Resume | null;
}

/** What a later try needs to go on; small, and without contents of rows unless these are allowed. */
export interface Resume {
  position: Position | null;
  rows: string;
  pieces: number;
  differences: string[];
  unsettled: string[];
  identities: Record<SideName, DatabaseIdentity> | null;
}

export interface Verification {
  differences: string[];
  /** More was different than was looked for. */
  stopped: boolean;
  notes: string[];
  /** Rows that changed too fast to be compared: `table key`. */
  unsettled: string[];
  tables: number;
  rows: string;
  pieces: number;
  bytes: number;
  seconds: number;
}

/** Differences after which the rest is not looked at any more. */
const MOST_DIFFERENCES = 200;
const MOST_UNSETTLED = 1_000;
const OLDEST = 15;

const KIND_TEXT: Record<RowDifference["kind"], string> = {
  missing: "is missing on the target",
  extra: "is only on the target",
  different: "differs",
};

/** One comparison of two databases. Everything it holds is released when it ends, whichever way. */
export class VerifyRun {
  private readonly request: VerifyRequest;
  private readonly sessions: SideSessions;
  private readonly stop = new AbortController();
  private readonly progress = new Progress();
  private readonly started = performance.now();
  private readonly differences: string[];
  private readonly unsettled: string[];
  private readonly notes: string[] = [];
  private rows: bigint;
  private readonly rowsBefore: bigint;
  private pieces: number;
  private pairs: Pair[] = [];
  private phase = "reading the structure";

  constructor(request: VerifyRequest) {
    this.request = request;
    const { resume } = request;
    this.sessions = new SideSessions(request, resume?.identities ?? null);
    this.differences = [...(resume?.differences ?? [])];
    this.unsettled = [...(resume?.unsettled ?? [])];
    this.rows = BigInt(resume?.rows ?? "0");
    this.rowsBefore = this.rows;
    this.pieces = resume?.pieces ?? 0;
  }

  /** Ends the comparison as soon as possible, running statements with it. */
  cancel(): void {
    this.stop.abort(new Error("The comparison was cancelled."));
    void this.sessions.end();
  }

  report(): StepProgress {
    const total = this.pairs.reduce((sum, pair) => sum + (pair.table.rows ?? 0), 0);
    const seconds = (performance.now() - this.started) / 1_000;
    const rate = seconds < 1 ? "" : `, ${Math.round(Number(this.rows - this.rowsBefore) / seconds).toLocaleString("en-US")} rows/s`;
    const found = this.differences.length === 0 ? "" : `, ${this.differences.length} differences`;
    return { message: `${this.phase}${rate}${found}`, done: Number(this.rows), total: Math.max(total, Number(this.rows)), unit: "rows" };
  }

  /** Where a later try goes on; null before the first piece. */
  resume(): Resume | null {
    const seen = this.progress.position();
    if (seen === null) return null;
    const { rows, ...position } = seen;
    return {
      position,
      rows: (this.rowsBefore + rows).toString(),
      pieces: this.pieces,
      differences: [...this.differences],
      unsettled: [...this.unsettled],
      identities: this.sessions.seen,
    };
  }

  /** @throws VerifyFailed when nothing can be compared, any other error when it could not be told */
  async run(): Promise<Verification> {
    try {
      return await this.steps();
    } finally {
      await this.sessions.end();
    }
  }

  private async steps(): Promise<Verification> {
    const sides = await this.sessions.pair();
    const majors = { source: await readMajor(sides.source), target: await readMajor(sides.target) };
    await this.compareShape(sides, majors);
    this.phase = "comparing rows";
    await this.compareRows(sides);
    this.phase = "comparing sequences";
    await this.compareRest(sides);
    const seconds = (performance.now() - this.started) / 1_000;
    return {
      differences: this.differences,
      stopped: this.full(),
      notes: this.notes,
      unsettled: this.unsettled,
      tables: this.pairs.length,
      rows: this.rows.toString(),
      pieces: this.pieces,
      bytes: this.pairs.reduce((sum, pair) => sum + pair.table.bytes, 0),
      seconds,
    };
  }

  private full(): boolean {
    return this.differences.length >= MOST_DIFFERENCES;
  }

  private async compareShape(sides: Sides, majors: Record<SideName, number>): Promise<void> {
    const { scope, privileges } = this.request;
    const [shapes, tables] = [
      { source: await readStructure(sides.source, scope, privileges), target: await readStructure(sides.target, scope, privileges) },
      { source: await readTables(sides.source, scope, majors.source), target: await readTables(sides.target, scope, majors.target) },
    ];
    const wanted = scope.tables ?? [];
    const unknown = wanted.filter((label) => !tables.source.some((table) => `${table.schema}.${table.name}` === label));
    if (unknown.length > 0) throw new VerifyFailed(`The source has no table ${unknown.slice(0, 5).join(", ")}.`);
    if (tables.source.length === 0 && tables.target.length === 0) throw new VerifyFailed("There is no table to compare.");
    const { pairs, differences } = pairTables(tables.source, tables.target);
    this.pairs = pairs;
    this.add(...compareStructure(shapes.source, shapes.target, majors.source === majors.target), ...differences);
  }

  private async compareRows(first: Sides): Promise<void> {
    const { jobs, pieceRows, resume } = this.request;
    const queue = new TaskQueue(2 * jobs);
    const pairs = await Promise.all(Array.from({ length: jobs }, () => this.sessions.pair()));
    const cut = async () => {
      for await (const task of cutPieces(first.source, this.pairs, pieceRows, resume?.position ?? null)) {
        this.progress.begin(task);
        if (this.full() || this.stop.signal.aborted) break;
        await queue.put(task);
      }
      queue.close();
    };
    const work = async (sides: Sides) => {
      for (let task = await queue.take(); task !== null; task = await queue.take()) {
        this.stop.signal.throwIfAborted();
        this.progress.end(task, await this.compareTask(sides, task));
      }
    };
    try {
      await Promise.all([cut(), ...pairs.map(work)]);
    } finally {
      queue.drop();
    }
    this.stop.signal.throwIfAborted();
  }

  /** @returns the rows of the source in it */
  private async compareTask(sides: Sides, task: Task): Promise<bigint> {
    const { following, settleMs } = this.request;
    const context: PieceContext = { sides, following, settleMs, signal: this.stop.signal };
    if ("after" in task.piece) return await this.told(sides, task.pair, task.piece, await comparePiece(context, task.pair, task.piece));
    const { buckets } = task.piece as { buckets: number };
    const found = await onBoth(sides, { text: bucketSumsSql(task.pair.table, buckets), values: [] });
    const sums = (rows: typeof found.source) => new Map(rows.map((row) => [Number(row.bucket), row]));
    const [source, target] = [sums(found.source), sums(found.target)];
    let rows = 0n;
    for (const bucket of new Set([...source.keys(), ...target.keys()])) {
      const [here, there] = [source.get(bucket), target.get(bucket)];
      if (here?.rows === there?.rows && here?.sum === there?.sum) {
        rows += BigInt(here?.rows ?? "0");
        this.rows += BigInt(here?.rows ?? "0");
        this.pieces += 1;
      } else if (!this.full()) {
        const piece = { bucket, buckets };
        rows += await this.told(sides, task.pair, piece, await comparePiece(context, task.pair, piece));
      }
    }
    return rows;
  }

  /** Takes the result of a piece into the whole. */
  private async told(sides: Sides, pair: Pair, piece: Piece, result: PieceResult): Promise<bigint> {
    this.rows += result.rows;
    this.pieces += 1;
    for (const key of result.unsettled) if (this.unsettled.length <= MOST_UNSETTLED) this.unsettled.push(`${pair.label} ${rowName(pair, key)}`);
    if (pair.table.key === null) this.add(...withoutKey(pair, result.differences));
    for (const difference of pair.table.key === null ? [] : result.differences) {
      if (this.full()) break;
      const columns = difference.kind === "different" ? await this.columnsText(sides, pair, piece, difference.key) : "";
      this.add(`${pair.label} ${rowName(pair, difference.key)} ${KIND_TEXT[difference.kind]}${columns}`);
    }
    if (result.more) this.add(`${pair.label}: more rows of the same piece differ`);
    return result.rows;
  }

  /** A new try tells again what an earlier one has told of the same piece. */
  private add(...differences: string[]): void {
    for (const difference of differences) if (!this.differences.includes(difference)) this.differences.push(difference);
  }

  private async columnsText(sides: Sides, pair: Pair, piece: Piece, key: string): Promise<string> {
    const found = await differingColumns(sides, pair, piece, key);
    if (found.length === 0) return "";
    const short = (value: string | null) => (value === null ? "NULL" : JSON.stringify(value.slice(0, 100)));
    const names = found
      .slice(0, 5)
      .map(({ column, source, target }) => (this.request.rowContents ? `${column} (${short(source)} → ${short(target)})` : column));
    return ` in ${names.join(", ")}${found.length > 5 ? " …" : ""}`;
  }

  private async compareRest(sides: Sides): Promise<void> {
    const { scope, sequenceValues } = this.request;
    if (scope.tables !== null) return;
    if (sequenceValues) {
      // The source first: what it hands out afterwards cannot make the target look stale.
      const source = await readSequenceStands(sides.source, scope.schemas);
      this.add(...staleSequences(source, await readSequenceStands(sides.target, scope.schemas)));
    }
    const extensions = compareExtensions(await readExtensions(sides.source), await readExtensions(sides.target));
    this.add(...extensions.differences);
    this.notes.push(...extensions.notes);
    const [here, there] = [await countLargeObjects(sides.source), await countLargeObjects(sides.target)];
    if (here !== there) this.add(`${there} large objects on the target, ${here} on the source`);
  }
}

/** Rows of a table without a key are counted: nothing names them. One that changed is missing once and extra once. */
function withoutKey(pair: Pair, differences: readonly RowDifference[]): string[] {
  const texts: Record<RowDifference["kind"], string> = {
    missing: "rows are only on the source",
    extra: "rows are only on the target",
    different: "rows are there another number of times",
  };
  return (["missing", "extra", "different"] as const).flatMap((kind) => {
    const count = differences.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${pair.label} (without a key): ${count} ${texts[kind]}`];
  });
}

/** How a row is named in results: by its key, or by its hash where there is none. */
function rowName(pair: Pair, key: string): string {
  if (pair.table.key === null) return `(row ${key.slice(0, 8)})`;
  return key.length > 200 ? `${key.slice(0, 200)}…` : key;
}

async function readMajor(client: pg.Client): Promise<number> {
  const [row] = await query(client, "SELECT current_setting('server_version_num')::int / 10000 AS major");
  const major = Number(row?.major);
  if (major < OLDEST) throw new VerifyFailed(`PostgreSQL ${major}: comparing is supported from ${OLDEST}.`);
  return major;
}
