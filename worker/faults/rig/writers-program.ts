/**
 * The writers of the ack ledger, a process of its own so that nothing a test does delays it. Plain Node and pg, no
 * imports of ours. One JSON line on stdin starts it (`Settings`); the line `stop` ends it: every write under way gets its
 * answer, then one JSON line (`LedgerStats`) is printed.
 *
 * Each write is one transaction of the application: a row with a token nobody else has, and a counter of its writer
 * raised by one. A token is noted in the ledger only after its COMMIT was acknowledged (INV-1); one whose answer never
 * came is noted as unclear, because it may be there or not.
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Client } from "pg";

interface Settings {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  writers: number;
  /** Pause of a writer between two writes, milliseconds. */
  pauseMs: number;
  ledger: string;
}

const ledger = { stream: null as ReturnType<typeof createWriteStream> | null };
const stats = { acknowledged: 0, unclear: 0, errors: 0, messages: {} as Record<string, number>, maxStallMs: 0, maxStallAt: "", latencies: [] as number[] };
let lastAck = performance.now();
let stopping = false;

function note(kind: "A" | "U", writer: number, token: string): void {
  ledger.stream?.write(`${kind} ${writer} ${token} ${Date.now()}\n`);
}

function failed(error: unknown): void {
  stats.errors += 1;
  const text = error instanceof Error ? `${"code" in error ? `${String(error.code)} ` : ""}${error.message}` : String(error);
  stats.messages[text] = (stats.messages[text] ?? 0) + 1;
}

async function write(client: Client, writer: number): Promise<void> {
  const token = randomUUID();
  const started = performance.now();
  let committing = false;
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO fault_ledger (token, writer) VALUES ($1, $2)", [token, writer]);
    await client.query("UPDATE fault_counter SET n = n + 1 WHERE writer = $1", [writer]);
    committing = true;
    await client.query("COMMIT");
  } catch (error) {
    if (committing) {
      stats.unclear += 1;
      note("U", writer, token);
    }
    throw error;
  }
  const now = performance.now();
  note("A", writer, token);
  stats.acknowledged += 1;
  stats.latencies.push(Math.round(now - started));
  const stall = Math.max(now - started, 0);
  if (stall > stats.maxStallMs) {
    stats.maxStallMs = Math.round(stall);
    stats.maxStallAt = new Date().toISOString();
  }
  lastAck = now;
}

async function run(settings: Settings, writer: number): Promise<void> {
  const { host, port, database, user, password } = settings;
  while (!stopping) {
    const client = new Client({ host, port, database, user, password, application_name: "application" });
    client.on("error", () => undefined);
    try {
      await client.connect();
      while (!stopping) {
        await write(client, writer);
        await new Promise((resolve) => setTimeout(resolve, settings.pauseMs));
      }
    } catch (error) {
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

const lines = createInterface({ input: process.stdin });
lines.once("line", (first) => {
  const settings = JSON.parse(first) as Settings;
  ledger.stream = createWriteStream(settings.ledger, { flags: "a" });
  const all = Array.from({ length: settings.writers }, (_, writer) => run(settings, writer));
  const watch = setInterval(
    () =>
      process.stdout.write(
        `${JSON.stringify({ acknowledged: stats.acknowledged, errors: stats.errors, silentMs: Math.round(performance.now() - lastAck) })}\n`,
      ),
    250,
  );
  lines.on("line", (line) => {
    if (line !== "stop") return;
    stopping = true;
    void Promise.all(all).then(() => {
      clearInterval(watch);
      const sorted = stats.latencies.sort((a, b) => a - b);
      const { latencies: _all, ...rest } = stats;
      const end = { ...rest, medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, ended: true };
      ledger.stream?.end(() => process.stdout.write(`${JSON.stringify(end)}\n`, () => process.exit(0)));
    });
  });
});
// The test is gone: nobody reads the ledger any more.
lines.on("close", () => process.exit(1));
