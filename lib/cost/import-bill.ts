import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Decimal } from "decimal.js";
import { from as copyFrom } from "pg-copy-streams";
import { z } from "zod";
import { AppError, InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { addMonths, monthStart } from "@/lib/core/time";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { BILL_COLUMNS, CHARGE_COLUMNS, CREATE_BILL_ROW, rewriteChargeDays } from "./charge-sql";
import { csvRecords } from "./csv";
import { type FocusCharge, type FocusHeader, type FocusLimits, readHeader, readRow } from "./focus";
import { UNPACK_LIMITS, type UnpackLimits, unpack } from "./unpack";

export interface ImportBillInput {
  /** Slug or id of the project. */
  project: string;
  fileName: string;
  /** FOCUS CSV, plain or gzip. Read once, never held as a whole. */
  stream: AsyncIterable<Uint8Array>;
  /** Parse and compare, write nothing. */
  dryRun?: boolean;
  limits?: Partial<UnpackLimits>;
}

export interface RejectedRow {
  line: number;
  reason: string;
}

export interface BillResult {
  /** Id of the import; null for a dry run. */
  import: string | null;
  /** Accepted rows. */
  rows: number;
  rejected: number;
  /** Accepted rows that were there before, by what they are. */
  replaced: number;
  /** Of these, rows with the same values: nothing was written for them. */
  unchanged: number;
  /** Sum of BilledCost over the accepted rows. */
  billed: string;
  currency: string;
  /** First and last start of a charge period. */
  from: string;
  to: string;
  /** The first hundred refused rows. */
  rejections: RejectedRow[];
}

const KEPT_REJECTIONS = 100;
const MAX_ROWS = 20_000_000;
/** Whole upload and merge; a slow upload holds locks on nothing but its own temporary table. */
const STATEMENT_LIMIT_MS = 1_800_000;

const named = z.object({ project: z.string().min(1).max(100), fileName: z.string().min(1).max(300) });

/**
 * Imports a FOCUS bill: accepted rows are merged by a key made of what a charge *is* (not what it costs), so the
 * same bill again changes nothing and a corrected one replaces its own rows. Damaged rows are refused one by one
 * with line and reason; a file that is no bill, is cut off or unpacks without end is refused as a whole. All in
 * one transaction, with the roll-up per day and the audit entry.
 */
export async function importBill(ctx: Ctx, input: ImportBillInput): Promise<BillResult> {
  requirePermission(ctx, "bill.import");
  const { project: ref, fileName } = parseInput(named, { project: input.project, fileName: input.fileName });
  const project = await firstRow<{ id: string; slug: string }>(ctx.db.pool, "SELECT id, slug FROM project WHERE slug = $1 OR id = $1", [ref]);
  if (project === null) throw new NotFoundError("The project");
  const reader = new BillReader(input.stream, { ...UNPACK_LIMITS, ...input.limits }, limitsAt(ctx.now));
  let dry: BillResult | null = null;
  const work = async (tx: Tx): Promise<BillResult> => {
    await copyRows(tx, reader);
    if (input.dryRun !== true) await ensurePartitions(ctx, tx);
    const counted = await compare(tx, project.id);
    const result: BillResult = { import: null, ...reader.outcome(), ...counted };
    if (input.dryRun === true) {
      dry = result;
      throw new DryRun();
    }
    const id = newId();
    await merge(tx, project.id, id);
    await record(ctx, tx, project, fileName, reader.sha256(), { ...result, import: id });
    return { ...result, import: id };
  };
  try {
    return await inTransaction(ctx.db, work, { statementTimeoutMs: STATEMENT_LIMIT_MS });
  } catch (error) {
    if (error instanceof DryRun && dry !== null) return dry;
    throw error;
  }
}

/** Ends the transaction of a dry run. */
class DryRun extends Error {}

function limitsAt(now: Date): FocusLimits {
  return { earliest: "2000-01-01T00:00:00.000Z", latest: addMonths(monthStart(now), 14).toISOString() };
}

/** Reads a bill row by row and keeps the account of it. */
class BillReader {
  private readonly hash = createHash("sha256");
  private rows = 0;
  private rejected = 0;
  private rejections: RejectedRow[] = [];
  private billed = new Decimal(0);
  private currency: string | null = null;
  private from: string | null = null;
  private to: string | null = null;

  constructor(
    private readonly stream: AsyncIterable<Uint8Array>,
    private readonly unpackLimits: UnpackLimits,
    private readonly limits: FocusLimits,
  ) {}

  /** Accepted rows as lines of COPY text. */
  async *copyLines(): AsyncGenerator<string> {
    let header: FocusHeader | null = null;
    try {
      for await (const record of csvRecords(unpack(this.hashed(), this.unpackLimits))) {
        if (header === null) header = headerOf(record);
        else if ("problem" in record) this.reject(record.line, record.problem);
        else {
          const read = readRow(header, record.cells, this.limits);
          if ("reason" in read) this.reject(record.line, read.reason);
          else if (this.accepts(record.line, read.charge)) yield copyLine(record.line, read.charge);
        }
      }
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidInputError(`This is not a CSV file: ${error.message}. Nothing was imported.`);
      throw error;
    }
    this.checkEnd(header);
  }

  private async *hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.stream) {
      this.hash.update(chunk);
      yield chunk;
    }
  }

  private checkEnd(header: FocusHeader | null): void {
    if (header === null) throw new InvalidInputError("The file is empty.");
    if (this.rows > 0) return;
    const issues = this.rejections.map((entry) => ({ path: `line ${entry.line}`, message: entry.reason }));
    throw new InvalidInputError(this.rejected === 0 ? "The bill has no rows." : `All ${this.rejected} rows were refused. Nothing was imported.`, issues);
  }

  private accepts(line: number, charge: FocusCharge): boolean {
    if (this.currency !== null && charge.currency !== this.currency) {
      this.reject(line, `BillingCurrency is ${charge.currency}, the rows before are in ${this.currency}: import one currency at a time`);
      return false;
    }
    this.currency = charge.currency;
    this.rows += 1;
    if (this.rows > MAX_ROWS) throw new AppError("too-large", `The bill has more than ${MAX_ROWS} rows. Import it month by month.`);
    this.billed = this.billed.plus(new Decimal(charge.billedCost).toDecimalPlaces(15));
    if (this.from === null || charge.chargeStart < this.from) this.from = charge.chargeStart;
    if (this.to === null || charge.chargeStart > this.to) this.to = charge.chargeStart;
    return true;
  }

  private reject(line: number, reason: string): void {
    this.rejected += 1;
    if (this.rejections.length < KEPT_REJECTIONS) this.rejections.push({ line, reason });
  }

  sha256(): string {
    return this.hash.copy().digest("hex");
  }

  outcome() {
    return {
      rows: this.rows,
      rejected: this.rejected,
      rejections: this.rejections,
      billed: this.billed.toFixed(),
      currency: this.currency ?? "",
      from: this.from ?? "",
      to: this.to ?? "",
    };
  }
}

function headerOf(record: { line: number; cells: string[] } | { line: number; problem: string }): FocusHeader {
  const read = readHeader("cells" in record ? record.cells : []);
  if (read.header === null) throw new InvalidInputError(read.problem);
  return read.header;
}

const escapeCopy = (value: string) => value.replace(/[\\\t\n\r]/g, (mark) => (mark === "\\" ? "\\\\" : mark === "\t" ? "\\t" : mark === "\n" ? "\\n" : "\\r"));

function copyLine(line: number, charge: FocusCharge): string {
  const values = [
    String(line),
    ...BILL_COLUMNS.map(([field]) => {
      const value = charge[field];
      return value === null ? "\\N" : escapeCopy(value);
    }),
  ];
  return `${values.join("\t")}\n`;
}

async function copyRows(tx: Tx, reader: BillReader): Promise<void> {
  await tx.query(CREATE_BILL_ROW);
  const copy = tx.query(copyFrom(`COPY bill_row (line, ${BILL_COLUMNS.map(([, column]) => column).join(", ")}) FROM STDIN`));
  await pipeline(Readable.from(batches(reader.copyLines()), { objectMode: true }), copy);
}

/** Fewer, larger writes: COPY is fed about 64 kB at a time. */
async function* batches(source: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let batch: string[] = [];
  let size = 0;
  for await (const line of source) {
    batch.push(line);
    size += line.length;
    if (size < 65_536) continue;
    yield Buffer.from(batch.join(""), "utf8");
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield Buffer.from(batch.join(""), "utf8");
}

/**
 * Makes the monthly partitions on a connection of its own, so that the lock on the table lasts a moment and not
 * until the import ends. Must come before this transaction reads `charge`: it would wait for itself.
 */
async function ensurePartitions(ctx: Ctx, tx: Tx): Promise<void> {
  const months = await rows<{ month: Date }>(tx, "SELECT DISTINCT date_trunc('month', charge_period_start, 'UTC') AS month FROM bill_row");
  for (const { month } of months) await ctx.db.pool.query("SELECT ensure_month_partition('charge', $1)", [month]);
}

/** Gives every row its key and stack, and counts what is there already. Waits for other imports of the project. */
async function compare(tx: Tx, projectId: string): Promise<{ replaced: number; unchanged: number }> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtext('bill:' || $1))", [projectId]);
  // Rows that look alike are numbered by value, so that another order in the file gives the same keys.
  await tx.query(`
    UPDATE bill_row b SET source_key = b.identity || '.' || n.number
    FROM (SELECT line, row_number() OVER (PARTITION BY identity ORDER BY billed_cost, effective_cost, list_cost, usage_quantity, line) AS number FROM bill_row) n
    WHERE n.line = b.line`);
  await tx.query(
    `UPDATE bill_row b SET stack_id = COALESCE(
       (SELECT s.id FROM stack s WHERE s.project_id = $1 AND s.key = b.tags->>'stack' AND s.removed_at IS NULL),
       (SELECT r.stack_id FROM charge_rule r WHERE r.project_id = $1
          AND (r.provider IS NULL OR lower(r.provider) = lower(b.provider)) AND (r.service IS NULL OR lower(r.service) = lower(b.service_name))
        ORDER BY r.position LIMIT 1))`,
    [projectId],
  );
  await tx.query("CREATE UNIQUE INDEX ON bill_row (charge_period_start, source_key)");
  await tx.query("ANALYZE bill_row");
  const found = await firstRow<{ replaced: number; unchanged: number }>(
    tx,
    `SELECT count(*) AS replaced, count(*) FILTER (WHERE ${same("c", "b")}) AS unchanged
     FROM bill_row b JOIN charge c ON c.project_id = $1 AND c.charge_period_start = b.charge_period_start AND c.source_key = b.source_key`,
    [projectId],
  );
  return { replaced: found?.replaced ?? 0, unchanged: found?.unchanged ?? 0 };
}

const same = (a: string, b: string) =>
  `(${CHARGE_COLUMNS.map((name) => `${a}.${name}`).join(", ")}) IS NOT DISTINCT FROM (${CHARGE_COLUMNS.map((name) => `${b}.${name}`).join(", ")})`;

async function merge(tx: Tx, projectId: string, importId: string): Promise<void> {
  await tx.query(
    `INSERT INTO charge_superseded (project_id, by_import_id, charge_period_start, source_key, import_id, row)
     SELECT c.project_id, $2, c.charge_period_start, c.source_key, c.import_id, to_jsonb(c)
     FROM bill_row b JOIN charge c ON c.project_id = $1 AND c.charge_period_start = b.charge_period_start AND c.source_key = b.source_key
     WHERE NOT (${same("c", "b")})`,
    [projectId, importId],
  );
  const names = CHARGE_COLUMNS.join(", ");
  // Only rows that are new or differ come back: a month in which nothing changed keeps its roll-up.
  const months = await rows<{ month: string }>(
    tx,
    `WITH changed AS (
       INSERT INTO charge AS c (project_id, import_id, charge_period_start, source_key, ${names})
       SELECT $1, $2, charge_period_start, source_key, ${names} FROM bill_row
       ON CONFLICT (project_id, charge_period_start, source_key) DO UPDATE
         SET import_id = EXCLUDED.import_id, ${CHARGE_COLUMNS.map((name) => `${name} = EXCLUDED.${name}`).join(", ")}
         WHERE NOT (${same("c", "EXCLUDED")})
       RETURNING charge_period_start
     )
     SELECT DISTINCT to_char(charge_period_start AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM changed`,
    [projectId, importId],
  );
  await rewriteChargeDays(
    tx,
    projectId,
    months.map((entry) => entry.month),
  );
}

async function record(ctx: Ctx, tx: Tx, project: { id: string; slug: string }, fileName: string, sha256: string, result: BillResult): Promise<void> {
  await tx.query(
    `INSERT INTO bill_import (id, project_id, file_name, sha256, rows, rejected, replaced, unchanged, billed, currency, rejections,
       charges_from, charges_to, created_by_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      result.import,
      project.id,
      fileName,
      sha256,
      result.rows,
      result.rejected,
      result.replaced,
      result.unchanged,
      result.billed,
      result.currency,
      JSON.stringify(result.rejections),
      result.from,
      result.to,
      personOf(ctx.actor),
      ctx.now,
    ],
  );
  const { rejections: _rejections, import: id, ...after } = result;
  await writeAudit(tx, ctx, {
    action: "bill.import",
    object: { type: "bill", id: id ?? "", name: fileName },
    projectId: project.id,
    after: { ...after, sha256 },
  });
}
