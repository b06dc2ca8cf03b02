/**
 * Continuous write load on the practice database, through PgBouncer. Plain Node and pg, no imports of ours.
 * Usage: writer.ts PER_SECOND CONTROL_PORT [LEDGER_FILE]; host, port, user and password come as one JSON line on stdin.
 * The ledger holds one token per line, written only after the commit was acknowledged.
 *
 *   GET  /stats  {"acknowledged", "refused", "lastError", "perSecond"}
 *   POST /rate   {"perSecond": n}; 0 stops the load
 */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Pool } from "pg";

let perSecond = Number(process.argv[2]);
const control = Number(process.argv[3]);
const ledger = process.argv[4];
const stats = { acknowledged: 0, refused: 0, lastError: null as string | null };

async function write(pool: Pool, customers: number): Promise<void> {
  const token = randomUUID();
  const customer = 1 + Math.floor(Math.random() * customers);
  const amount = (Math.random() * 100).toFixed(2);
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that ends between two statements tells nobody else, and unheard it would end this program.
  const ended = (error: Error) => {
    broken = error;
  };
  client.on("error", ended);
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO write_log (token, customer_id, amount) VALUES ($1, $2, $3)", [token, customer, amount]);
    await client.query("UPDATE customers SET balance = balance + $2 WHERE id = $1", [customer, amount]);
    await client.query("INSERT INTO orders (customer_id, total, note) VALUES ($1, $2, 'written under load')", [customer, amount]);
    await client.query("COMMIT");
    stats.acknowledged += 1;
    if (ledger !== undefined) appendFileSync(ledger, `${token}\n`);
  } catch (error) {
    stats.refused += 1;
    stats.lastError = String(error);
    await client.query("ROLLBACK").catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
  } finally {
    client.off("error", ended);
    client.release(broken);
  }
}

async function run(pool: Pool, customers: number): Promise<never> {
  for (;;) {
    const started = performance.now();
    if (perSecond > 0) {
      await write(pool, customers).catch((error: unknown) => {
        stats.refused += 1;
        stats.lastError = String(error);
      });
    }
    const pause = (perSecond > 0 ? 1_000 / perSecond : 100) - (performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, pause)));
  }
}

createServer((request, response) => {
  if (request.method === "POST" && request.url === "/rate") {
    let text = "";
    request.on("data", (chunk) => {
      text += String(chunk);
    });
    request.on("end", () => {
      const wanted = Number((JSON.parse(text || "{}") as { perSecond?: unknown }).perSecond);
      if (wanted >= 0 && wanted <= 1_000) perSecond = wanted;
      response.end(JSON.stringify({ perSecond }));
    });
  } else response.end(JSON.stringify({ perSecond, ...stats }));
}).listen(control, "127.0.0.1");

createInterface({ input: process.stdin }).once("line", (line) => {
  const settings = JSON.parse(line) as {
    host: string;
    port: number;
    database: string;
    user: string;
    password: string;
    customers: number;
  };
  const { customers, ...connection } = settings;
  const pool = new Pool({
    ...connection,
    max: 2,
    connectionTimeoutMillis: 5_000,
  });
  pool.on("error", (error) => {
    stats.lastError = String(error);
  });
  void run(pool, customers);
});
