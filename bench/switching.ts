import path from "node:path";
import { closeKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { poolerOf } from "@/lib/migration/executors/move/testing/following";
import type { PracticeVersion } from "@/lib/practice/types";
import { checkLedger, startWriters } from "@/worker/faults/rig/ledger";
import { type Measurement, median } from "./measure";
import { missing } from "./programs";
import { openSwitchSite, type Switched, type SwitchSite } from "./switch-site";
import { type Acknowledged, type Felt, feltBetween, nextAfter, readAcknowledged } from "./switch-stalls";
import type { World } from "./world";

/** What a switch may cost, milliseconds. */
const MEDIAN_LIMIT_MS = 1_000;
const WORST_LIMIT_MS = 2_000;
/** Acknowledged writes between two switches. */
const BETWEEN = 200;

interface Measured {
  version: PracticeVersion;
  bytes: number;
  forth: Felt[];
  back: Felt[];
  acknowledged: number;
  lost: number;
  doubled: number;
  unclear: number;
  errors: number;
  messages: Record<string, number>;
}

async function switchAll(
  world: World,
  opened: SwitchSite,
  file: string,
): Promise<{ forth: Switched[]; back: Switched[]; writers: ReturnType<typeof startWriters> }> {
  const writers = startWriters(poolerOf(opened.site).app, file);
  const [forth, back]: [Switched[], Switched[]] = [[], []];
  try {
    await writers.more(BETWEEN);
    for (let round = 0; round < world.options.rounds; round++) {
      forth.push(await opened.go("apply"));
      await writers.more(BETWEEN);
      back.push(await opened.go("undo"));
      await writers.more(BETWEEN);
    }
    return { forth, back, writers };
  } catch (error) {
    writers.kill();
    throw error;
  }
}

/** How long each line of one switch took, and how long it was until somebody wrote again. */
function told({ lines }: Switched, written: readonly Acknowledged[]): string {
  const names = ["line-1", "line-2", "fenced", "line-3", "line-4", "line-5", "line-6", "line-7", "committed", "line-8"];
  const each = names.slice(1).map((name, at) => `${name} ${(lines[name] ?? Number.NaN) - (lines[names[at] ?? ""] ?? Number.NaN)} ms`);
  return `${each.join(", ")}, first write after ${nextAfter(written, lines["line-8"] ?? Number.NaN)} ms`;
}

async function measure(world: World, version: PracticeVersion, gigabytes: number): Promise<Measured> {
  const name = `switch-${version}-${gigabytes}`;
  const opened = await openSwitchSite(path.join(world.folder, name), version, gigabytes * 1_000, world.say);
  try {
    const file = path.join(world.folder, `${name}.ledger`);
    world.say(`PostgreSQL ${version}, ${Math.round(opened.bytes / 1_000_000)} MB: ${world.options.rounds} times forth and back under 16 writers`);
    const { forth, back, writers } = await switchAll(world, opened, file);
    const { errors, unclear, messages } = await writers.stop();
    const { acknowledged, missing: lost, doubled } = await checkLedger(opened.site.source?.dsn ?? "", file);
    const written = readAcknowledged(file);
    const felt = (switched: Switched[]) => switched.map(({ from, until }) => feltBetween(written, from, until));
    for (const one of [...forth, ...back]) world.say(told(one, written));
    const counts = { acknowledged, lost: lost.length, doubled: doubled.length, unclear, errors, messages };
    return { version, bytes: opened.bytes, forth: felt(forth), back: felt(back), ...counts };
  } finally {
    await closeKeptSides();
    await opened.end();
  }
}

const stalls = (felt: readonly Felt[]) => felt.map((one) => one.stallMs);
const longestWait = (felt: readonly Felt[]) => Math.max(...felt.map((one) => one.clientMs));

/** The table of all sizes and versions, as Markdown. */
function table(all: readonly Measured[]): string {
  const head = [
    "| PostgreSQL | Size | Direction | Rounds | Stall, median | Stall, longest | Longest wait of a client | Acknowledged writes | Lost | Doubled | Client errors | Within limits |",
    "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
  ];
  const rows = all.flatMap((one) =>
    (["forth", "back"] as const).map((direction) => {
      const felt = one[direction];
      const [middle, most] = [median(stalls(felt)), Math.max(...stalls(felt))];
      const fine = middle <= MEDIAN_LIMIT_MS && most <= WORST_LIMIT_MS && failure(one) === null;
      const version = `${one.version} to ${one.version}`;
      const counts = [one.acknowledged, one.lost, one.doubled, one.errors + one.unclear].map((count) => count.toLocaleString("en-US"));
      const times = [middle, most, longestWait(felt)].map((ms) => `${Math.round(ms)} ms`);
      return `| ${[version, `${(one.bytes / 1e9).toPrecision(2)} GB`, direction, felt.length, ...times, ...counts, fine ? "yes" : "no"].join(" | ")} |`;
    }),
  );
  return [...head, ...rows].join("\n");
}

/** What must never happen, whatever else the machine does; null when it did not. */
function failure(one: Measured): string | null {
  if (one.lost + one.doubled + one.errors + one.unclear === 0) return null;
  return `${one.lost} writes lost, ${one.doubled} doubled, ${one.unclear} unclear, ${one.errors} refused: ${JSON.stringify(one.messages)}`;
}

function lines(one: Measured): Measurement[] {
  const { acknowledged, lost, doubled, errors, unclear } = one;
  return (["forth", "back"] as const).map((direction) => ({
    benchmark: "cutover",
    work: `switch of a database of ${Math.round(one.bytes / 1_000_000)} MB, PostgreSQL ${one.version} to ${one.version}, under 16 writers: stall`,
    way: `postgres.switch, ${direction}`,
    side: "switchyard",
    times: stalls(one[direction]),
    figures: { longestClientWaitMs: longestWait(one[direction]), acknowledged, lost, doubled, clientErrors: errors + unclear },
  }));
}

/**
 * Leads 16 writers forth and back, again and again, for every version and size that was asked for: what they felt of it, and
 * whether a write was lost, done twice or refused. The table goes to the error output. Nobody would do by hand what could
 * be set beside it: what counts are the limits.
 * @throws Error when a write was lost, done twice or refused
 */
export async function benchSwitching(world: World): Promise<Measurement[]> {
  const absent = missing({ initdb: "postgresql", pgbouncer: "pgbouncer" });
  if (absent.length > 0) throw new Error(`The Debian packages ${absent.join(" and ")} are missing.`);
  const all: Measured[] = [];
  for (const gigabytes of world.options.sizes) for (const version of world.options.pg) all.push(await measure(world, version, gigabytes));
  process.stderr.write(`\n${table(all)}\n\n`);
  const failures = all.flatMap((one) => failure(one) ?? []);
  if (failures.length > 0) throw new Error(failures.join("; "));
  return all.flatMap(lines);
}
