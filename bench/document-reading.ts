import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import MarkdownIt from "markdown-it";
import { messageOf } from "@/lib/core/errors";
import { readDocument } from "@/lib/document/read-document";
import { longDocument } from "@/lib/document/testing/long-document";
import { checkPlan } from "@/lib/plan/checks/check-plan";
import { type Measurement, median, takeTurns, type Way } from "./measure";
import type { World } from "./world";

const SMALL = 50_000;
const LARGE = 5_000_000;
const ADDS = "repair of wrong decoding, the facts of every section with their lines, a valid plan, all checks";

const plain = new MarkdownIt();

/** Reads and checks as `switchyard check FILE.md` does. @returns how many findings there are */
function check(text: string, name: string): number {
  const read = readDocument(text, name);
  return checkPlan(read.plan, read.locate).length;
}

function ways(text: string, name: string): Way[] {
  const kib = Buffer.byteLength(text) / 1_024;
  const amount = { count: kib, unit: "KiB" };
  const figures = { findings: check(text, name), kib: Math.round(kib) };
  return [
    { way: "read and check", side: "switchyard", adds: ADDS, amount, figures, run: () => check(text, name) },
    { way: "markdown-it parse", side: "instead", amount, run: () => plain.parse(text, {}) },
  ];
}

/** The largest Markdown file of a folder. @throws Error without one */
function largestOf(folder: string): { name: string; text: string } {
  try {
    const [largest] = readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => ({ name, size: statSync(path.join(folder, name)).size }))
      .sort((a, b) => b.size - a.size);
    if (largest === undefined) throw new Error("there is no .md file in it");
    return { name: largest.name, text: readFileSync(path.join(folder, largest.name), "utf8") };
  } catch (error) {
    throw new Error(`--documents ${folder} cannot be measured: ${messageOf(error)}`);
  }
}

/**
 * Reading and checking a Markdown document beside plain Markdown parsing of the same text: one of the usual length and
 * one a hundred times as long, both made up; and the largest document of a folder, where one is given.
 */
export async function benchDocuments(world: World): Promise<Measurement[]> {
  const given = world.options.documents === "" ? null : largestOf(world.options.documents);
  const small = await takeTurns("documents", "a made-up document of 50 KB", Math.max(world.options.runs * 2, 10), ways(longDocument(SMALL), "small.md"), 3);
  const large = await takeTurns("documents", "a made-up document of 5 MB", Math.min(world.options.runs, 3), ways(longDocument(LARGE), "large.md"));
  const own =
    given === null
      ? []
      : await takeTurns("documents", `largest document given, ${given.name}`, Math.max(world.options.runs * 2, 10), ways(given.text, given.name), 3);
  const perKib = (measured: Measurement | undefined) => median(measured?.times ?? []) / (measured?.amount?.count ?? Number.NaN);
  const growth = perKib(large[0]) / perKib(small[0]);
  world.say(`documents: per KiB the long one costs ${growth.toFixed(2)} of the short one`);
  const [ofLarge, ...rest] = large;
  const withGrowth = ofLarge === undefined ? [] : [{ ...ofLarge, figures: { ...ofLarge.figures, costPerKibToShort: Number(growth.toFixed(2)) } }];
  return [...own, ...small, ...withGrowth, ...rest];
}
