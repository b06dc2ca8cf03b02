/*
 * `npm run bench [-- NAME… --runs N --size-mb N --samples N --rows N --reads N --reactions N --clean-minutes N --parts A,B --documents DIR --no-file]`: measures our work beside what
 * a user would pick instead. One JSON line per measurement on the standard output; the table in
 * bench/results.md is written when all were measured.
 */
import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "@/lib/core/errors";
import { PRACTICE_VERSIONS } from "@/lib/practice/types";
import { benchBills } from "./bills";
import { benchCopy } from "./copy";
import { benchCutover } from "./cutover";
import { benchDocuments } from "./document-reading";
import { type Measurement, type Summary, summarise } from "./measure";
import { benchPlan } from "./plan";
import { benchReading } from "./reading";
import { machine, page } from "./report";
import { benchSamples } from "./samples";
import { type Options, openWorld, type World } from "./world";

const BENCHMARKS: Record<string, (world: World) => Promise<Measurement[]>> = {
  plan: benchPlan,
  documents: benchDocuments,
  samples: benchSamples,
  bills: benchBills,
  copy: benchCopy,
  cutover: benchCutover,
  reading: benchReading,
};

const text = (byDefault: string) => ({ type: "string" as const, default: byDefault });

const list = (given: string) => given.split(",").filter((name) => name !== "");

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: text("5"),
      "size-mb": text("50"),
      samples: text("10000"),
      rows: text("50000"),
      reads: text("50"),
      reactions: text("20"),
      "clean-minutes": text("10"),
      sizes: text("0.1"),
      rounds: text("10"),
      pg: text("15,18"),
      parts: text(""),
      documents: text(""),
      "no-file": { type: "boolean", default: false },
    },
  });
  const count = (name: "runs" | "size-mb" | "samples" | "rows" | "reads" | "reactions" | "rounds") => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1.`);
    return value;
  };
  const minutes = (given: string) => {
    const value = Number(given);
    if (!(value >= 0 && value <= 1_440)) throw new Error("--clean-minutes is a number from 0 to 1440.");
    return value;
  };
  const sizes = list(values.sizes).map(Number);
  if (sizes.length === 0 || sizes.some((size) => !(size > 0 && size <= 1_000))) throw new Error("--sizes are gigabytes, such as 0.1,1,5.");
  const pg = list(values.pg).map((given) => PRACTICE_VERSIONS.find((version) => String(version) === given));
  if (pg.length === 0 || pg.includes(undefined)) throw new Error(`--pg are major versions of PostgreSQL: ${PRACTICE_VERSIONS.join(",")}.`);
  const options: Options = {
    runs: count("runs"),
    sizeMb: count("size-mb"),
    samples: count("samples"),
    rows: count("rows"),
    reads: count("reads"),
    reactions: count("reactions"),
    cleanMinutes: minutes(values["clean-minutes"]),
    sizes,
    rounds: count("rounds"),
    pg: pg.filter((version) => version !== undefined),
    parts: list(values.parts),
    documents: values.documents,
  };
  const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown.length > 0) throw new Error(`There is no benchmark ${unknown.join(", ")}. There are: ${Object.keys(BENCHMARKS).join(", ")}.`);
  return {
    options,
    names: positionals.length === 0 ? Object.keys(BENCHMARKS) : [...new Set(positionals)],
    file: positionals.length === 0 && !values["no-file"],
  };
}

const say = (message: string) => process.stderr.write(`· ${message}\n`);

async function measureAll(world: World, names: readonly string[]): Promise<{ summaries: Summary[]; failed: string[] }> {
  const summaries: Summary[] = [];
  const failed: string[] = [];
  for (const name of names) {
    say(name);
    try {
      const lines = summarise((await BENCHMARKS[name]?.(world)) ?? []);
      for (const line of lines) console.log(JSON.stringify(line));
      summaries.push(...lines);
    } catch (error) {
      failed.push(`${name}: ${messageOf(error)}`);
      console.error(`✗ ${name}: ${messageOf(error)}`);
    }
  }
  return { summaries, failed };
}

/** Processes that wanted to run in the last minute. */
function load(): string {
  return os.loadavg()[0]?.toFixed(1) ?? "unknown";
}

async function serverVersion(world: World): Promise<string> {
  const { plain } = await world.database();
  const result = await plain.query<{ version: string }>("SELECT split_part(current_setting('server_version'), ' ', 1) AS version");
  return result.rows[0]?.version ?? "";
}

const { options, names, file } = readArguments();
const loadBefore = load();
const world = openWorld(options, say);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    say("stopping");
    void world.end().finally(() => process.exit(130));
  });
}
try {
  const { summaries, failed } = await measureAll(world, names);
  if (file && summaries.length > 0) {
    const described = {
      machine: machine({ Node: process.versions.node, PostgreSQL: await serverVersion(world) }),
      day: new Date().toISOString().slice(0, 10),
      options: process.argv.slice(2).join(" "),
      load: `${loadBefore} before, ${load()} at the end, on ${os.cpus().length} processors`,
      failed,
    };
    writeFileSync(path.join(import.meta.dirname, "results.md"), page(summaries, described));
    say("bench/results.md written");
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await world.end();
}
