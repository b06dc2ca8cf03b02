import type { Db } from "@/lib/db/prisma";
import type { StepProgress } from "@/lib/migration/executors/types";

const MAX_LINES = 2_000;
const MAX_LINE = 4_000;
const FLUSH_MS = 400;

/** Removes known secret values from text before it is stored anywhere (S-9). */
export class Redactor {
  private readonly secrets = new Set<string>();

  /** Values shorter than four characters would black out ordinary words. */
  add(values: Iterable<string>): void {
    for (const value of values) if (value.length >= 4) this.secrets.add(value);
  }

  text(line: string): string {
    let clean = line;
    for (const secret of this.secrets) clean = clean.split(secret).join("[redacted]");
    return clean;
  }

  /** The same through a JSON value. */
  value<T>(value: T): T {
    if (this.secrets.size === 0 || value === null || value === undefined) return value;
    return JSON.parse(JSON.stringify(value), (_key, part: unknown) => (typeof part === "string" ? this.text(part) : part)) as T;
  }
}

/** Where output goes, and under whose lease; an owner of "" only looks at the run (preflight) and holds none. */
export interface LogPlace {
  runId: string;
  stepId: string;
  fence: { owner: string; epoch: number };
}

/** In a statement that reads `run r`: the writer still acts for the run. A worker that lost it writes nothing any more (INV-8). */
const HELD = "($4 = '' OR (r.lease_owner = $4 AND r.epoch = $5 AND r.lease_until > clock_timestamp()))";

/** Lines and progress of one step, written in batches; a lost line never stops a step. */
export class StepLog {
  private lines: string[] = [];
  private progress: StepProgress | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly db: Db,
    private readonly place: LogPlace,
    private readonly redactor: Redactor,
  ) {}

  line(text: string): void {
    this.lines.push(this.redactor.text(text).slice(0, MAX_LINE));
    this.later();
  }

  show(progress: StepProgress): void {
    this.progress = this.redactor.value(progress);
    this.later();
  }

  private later(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.flush().catch(() => undefined);
    }, FLUSH_MS);
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const [lines, progress] = [this.lines, this.progress];
    this.lines = [];
    this.progress = null;
    if (lines.length > 0) await this.write(lines);
    if (progress === null) return;
    const { runId, stepId, fence } = this.place;
    await this.db.pool.query(
      `WITH shown AS (UPDATE run_step s SET progress = $3 FROM run r WHERE s.id = $2 AND r.id = $1 AND s.run_id = r.id AND ${HELD} RETURNING s.run_id)
       SELECT pg_notify('run_progress', run_id) FROM shown`,
      [runId, stepId, JSON.stringify(progress), fence.owner, fence.epoch],
    );
  }

  private async write(lines: string[]): Promise<void> {
    const { runId, stepId, fence } = this.place;
    await this.db.pool.query(
      `INSERT INTO step_log (run_id, step_id, seq, at, line)
       SELECT r.id, $2, last.seq + l.n, clock_timestamp(), l.line
         FROM run r, (SELECT coalesce(max(seq), 0)::int AS seq FROM step_log WHERE step_id = $2) last, unnest($3::text[]) WITH ORDINALITY AS l(line, n)
        WHERE r.id = $1 AND ${HELD} AND last.seq + l.n <= $6
       ON CONFLICT DO NOTHING`,
      [runId, stepId, lines, fence.owner, fence.epoch, MAX_LINES],
    );
  }
}
