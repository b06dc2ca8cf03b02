import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { checkPlan } from "@/lib/plan/checks/check-plan";
import { readYamlPlan } from "@/lib/plan/read-yaml";
import { longerPlan } from "./longer-plan";
import { type Measurement, pairedRatio, takeTurns } from "./measure";
import type { World } from "./world";

const TIMES = 10;
const EXAMPLES = path.resolve(import.meta.dirname, "../examples");

function largestExample(): { name: string; text: string } {
  const all = readdirSync(EXAMPLES)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ name, text: readFileSync(path.join(EXAMPLES, name), "utf8") }))
    .sort((a, b) => b.text.length - a.text.length);
  const [largest] = all;
  if (largest === undefined) throw new Error("There are no example plans.");
  return largest;
}

/** Reads and checks; @throws Error when the plan is refused, because then nothing was measured. */
function check(text: string): number {
  const read = readYamlPlan(text);
  if (!read.ok) throw new Error(`The plan was refused: ${read.issues[0]?.path} ${read.issues[0]?.message}`);
  return checkPlan(read.plan, read.locate).length;
}

/** Check of the largest example plan beside a plain parse of the same text; and of a plan ten times as long. */
export async function benchPlan(world: World): Promise<Measurement[]> {
  const { name, text } = largestExample();
  // Written by the same hand in both lengths: without comments, with the same layout.
  const once = stringify(parse(text));
  const longer = stringify(longerPlan(parse(text) as Record<string, unknown>, TIMES));
  const runs = Math.max(world.options.runs * 4, 20);
  const adds = "schema, references, lines of every issue, all checks of totals, savings, triggers and ways back";
  const ways = (source: string, size: string) => {
    const amount = { count: source.length / 1_024, unit: "KiB" };
    const figures = { findings: check(source), kib: Math.round(source.length / 1_024) };
    return [
      { way: `read and check, ${size}`, side: "switchyard" as const, adds, amount, figures, run: () => check(source) },
      { way: `yaml parse, ${size}`, side: "instead" as const, amount, run: () => parse(source) },
    ];
  };
  const example = await takeTurns("plan", `check of ${name} as it is`, runs, ways(text, "as written"), 3);
  const lengths = await takeTurns("plan", "lengths", runs, [...ways(once, "once"), ...ways(longer, "ten times")], 3);
  const of = (way: string) => lengths.find((one) => one.way === way)?.times ?? [];
  const growth = pairedRatio(of("read and check, ten times"), of("read and check, once"));
  const grown = longer.length / once.length;
  world.say(`plan: text × ${grown.toFixed(2)}, cost × ${growth.toFixed(2)}: ${(growth / grown).toFixed(2)} of linear`);
  const growthFigures = { textGrowth: rounded(grown), costGrowth: rounded(growth), costPerTextGrowth: rounded(growth / grown) };
  return [
    ...example,
    ...lengths.map((one) => ({
      ...one,
      work: one.way.endsWith("ten times") ? "the same plan ten times as long, in the layout of the writer" : "the same plan, in the layout of the writer",
      ...(one.way === "read and check, ten times" ? { figures: { ...one.figures, ...growthFigures } } : {}),
    })),
  ];
}

const rounded = (value: number) => Number(value.toFixed(2));
