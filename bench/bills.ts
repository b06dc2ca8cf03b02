import { createReadStream, createWriteStream, statSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { importBill } from "@/lib/cost/import-bill";
import { exampleCharges, focusCsv } from "@/lib/cost/testing/example-bill";
import { makeProject } from "@/prisma/testing/factories/project";
import { type Measurement, takeTurns } from "./measure";
import type { Database, World } from "./world";

const DAYS = 365;
const DAY = 86_400_000;

/** Columns of the file; all text in the plain table, as a user would load a file whose types are not known. */
async function headerOf(file: string): Promise<string[]> {
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) return String(chunk).split("\n")[0]?.replaceAll('"', "").split(",") ?? [];
  throw new Error("The bill is empty.");
}

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}

/** A bill of daily charges over a year before now, with exactly `rows` rows. */
async function writeBill(file: string, rows: number, now: Date): Promise<void> {
  const end = new Date(Math.floor(now.getTime() / DAY) * DAY);
  const services = Array.from({ length: Math.ceil(rows / DAYS) }, (_, n) => ({
    stack: n % 2 === 0 ? "current" : "target",
    name: `Service ${n}`,
    category: ["Compute", "Databases", "Storage", "Networking"][n % 4] ?? "Other",
    provider: `Provider ${n % 5}`,
    monthly: 20 + n,
    growth: 0.02,
  }));
  const records = exampleCharges("bench", new Date(end.getTime() - DAYS * DAY), end, "bench", services);
  await pipeline(Readable.from(focusCsv(firstOf(records, rows))), createWriteStream(file));
}

async function importInto({ ctx }: Database, slug: string, file: string, rows: number): Promise<void> {
  const result = await importBill(ctx, { project: slug, fileName: "bench.csv", stream: createReadStream(file) });
  if (result.rows !== rows || result.rejected !== 0) throw new Error(`${result.rows} of ${rows} rows were taken, ${result.rejected} refused.`);
}

/** Import of a FOCUS bill, first and again, beside COPY of the same file into a plain table. */
export async function benchBills(world: World): Promise<Measurement[]> {
  const { rows, runs } = world.options;
  const database = await world.database();
  const file = path.join(world.folder, "bill.csv");
  await writeBill(file, rows, database.ctx.now);
  const columns = (await headerOf(file)).map((name) => `"${name}" text`).join(", ");
  await database.plain.query(`CREATE TABLE plain_bill (${columns})`);
  const size = `${rows.toLocaleString("en-US")} rows, ${Math.round(statSync(file).size / 1_000_000)} MB`;
  const amount = { count: rows, unit: "rows" };
  let slug = "";
  return await takeTurns("bills", `FOCUS bill of ${size}`, runs, [
    {
      way: "importBill, new rows",
      side: "switchyard",
      adds: "every row checked, exact decimals, key that makes the import repeatable, partitions by month, roll-up per day, undo, audit entry",
      amount,
      before: async () => {
        slug = (await makeProject(database.db)).project.slug;
      },
      run: () => importInto(database, slug, file, rows),
    },
    {
      way: "COPY FROM into a table of texts",
      side: "instead",
      amount,
      before: async () => {
        await database.plain.query("TRUNCATE plain_bill");
      },
      run: () => pipeline(createReadStream(file), database.plain.query(copyFrom("COPY plain_bill FROM STDIN (FORMAT csv, HEADER, NULL 'NULL')"))),
    },
    {
      way: "importBill, the same bill again",
      side: "switchyard",
      adds: "finds that nothing changed and writes no row twice; COPY would double the bill",
      amount,
      before: async () => {
        slug = (await makeProject(database.db)).project.slug;
        await importInto(database, slug, file, rows);
      },
      run: () => importInto(database, slug, file, rows),
    },
  ]);
}
