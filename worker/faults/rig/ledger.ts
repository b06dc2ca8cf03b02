import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";

/* Writes of an application that are only believed when their COMMIT was acknowledged, and what became of them (INV-1, INV-6). */

export interface LedgerTarget {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
}

export interface LedgerStats {
  acknowledged: number;
  /** COMMITs without an answer: the write may be there or not. */
  unclear: number;
  /** Writes that ended in an error for the application, and the messages with their number. */
  errors: number;
  messages: Record<string, number>;
  /** Longest time from BEGIN to the acknowledged COMMIT, milliseconds: what a client had to wait. */
  maxStallMs: number;
  maxStallAt: string;
  medianMs: number;
  p99Ms: number;
}

export interface LedgerWriters {
  /** Counts so far; `silentMs` is how long no write has been acknowledged. */
  now: () => { acknowledged: number; errors: number; silentMs: number };
  /** Waits until `count` more writes were acknowledged. @throws Error after `ms` */
  more: (count: number, ms?: number) => Promise<void>;
  /** Lets every write under way end and returns what was measured. */
  stop: () => Promise<LedgerStats>;
  /** Ends the process whatever it does; for clean-up. */
  kill: () => void;
  file: string;
}

export const LEDGER_TABLES = ["fault_ledger", "fault_counter"] as const;

/**
 * The tables the writers use, as the application would make them: a sequence whose values must never repeat, a unique
 * token, and a counter per writer that shows a write done twice.
 */
export async function makeLedgerTables(owner: pg.Client, writers = 16): Promise<void> {
  await owner.query(`
    CREATE TABLE fault_ledger (id bigserial PRIMARY KEY, token uuid NOT NULL UNIQUE, writer int NOT NULL, at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE fault_counter (writer int PRIMARY KEY, n bigint NOT NULL DEFAULT 0);
    CREATE TABLE fault_probe (side text PRIMARY KEY, n bigint NOT NULL DEFAULT 0)`);
  await owner.query("INSERT INTO fault_counter (writer) SELECT generate_series(0, $1::int - 1)", [writers]);
  await owner.query("INSERT INTO fault_probe (side) VALUES ('probe')");
}

/** Starts `writers` writers (16 as the rules ask) as the application's role through `target`, normally the pooler. */
export function startWriters(target: LedgerTarget, file: string, options: { writers?: number; pauseMs?: number } = {}): LedgerWriters {
  const child: ChildProcess = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", path.join(import.meta.dirname, "writers-program.ts")], {
    cwd: path.resolve(import.meta.dirname, "../../.."),
    env: { PATH: "/usr/bin:/bin", NODE_ENV: "test" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let seen = { acknowledged: 0, errors: 0, silentMs: 0 };
  let ended: (stats: LedgerStats) => void = () => undefined;
  const end = new Promise<LedgerStats>((resolve) => {
    ended = resolve;
  });
  if (child.stdout === null || child.stdin === null) throw new Error("The writers have no pipes.");
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as typeof seen & LedgerStats & { ended?: boolean };
    if (message.ended === true) ended(message);
    else seen = message;
  });
  const { host, port, database, user, password } = target;
  const settings = { host, port, database, user, password, writers: options.writers ?? 16, pauseMs: options.pauseMs ?? 5, ledger: file };
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  return {
    file,
    now: () => seen,
    more: async (count, ms = 180_000) => {
      const [from, until] = [seen.acknowledged, performance.now() + ms];
      while (seen.acknowledged < from + count) {
        if (performance.now() > until) throw new Error(`Only ${seen.acknowledged - from} of ${count} writes were acknowledged in ${ms} ms.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: async () => {
      child.stdin?.write("stop\n");
      return await end;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

export interface LedgerVerdict {
  acknowledged: number;
  /** Acknowledged tokens that the database does not have. */
  missing: string[];
  /** Writers whose counter differs from their rows: something was applied twice or in half. */
  doubled: string[];
}

/** Compares the ledger with the database that is the primary now, read as its owner. */
export async function checkLedger(primary: string, file: string): Promise<LedgerVerdict> {
  const acknowledged = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("A "))
    .map((line) => line.split(" ")[2] ?? "");
  const client = new pg.Client({ connectionString: primary });
  await client.connect();
  try {
    const missing = await client.query<{ token: string }>(
      "SELECT t AS token FROM unnest($1::uuid[]) AS t WHERE NOT EXISTS (SELECT 1 FROM fault_ledger l WHERE l.token = t)",
      [acknowledged],
    );
    const doubled = await client.query<{ what: string }>(
      `SELECT format('writer %s counted %s, has %s rows', c.writer, c.n, count(l.id)) AS what
         FROM fault_counter c LEFT JOIN fault_ledger l ON l.writer = c.writer GROUP BY c.writer, c.n HAVING c.n <> count(l.id)`,
    );
    return { acknowledged: acknowledged.length, missing: missing.rows.map((row) => row.token), doubled: doubled.rows.map((row) => row.what) };
  } finally {
    await client.end();
  }
}
