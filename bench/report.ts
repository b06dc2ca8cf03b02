import os from "node:os";
import type { Summary } from "./measure";

/** The machine in words that name nobody: no host, no path. */
export function machine(versions: Record<string, string>): string {
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [`${cpus.length} × ${cpus[0]?.model.trim() || "unknown processor"}`, `${memory} GiB memory`, `${os.type()} ${os.arch()}`, ...programs].join(", ");
}

const number = (value: number) => (value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3))));
const cell = (text: string) => text.replaceAll("|", "\\|");

function ratioText(ratios: Summary["ratios"]): string {
  return Object.entries(ratios ?? {})
    .map(([way, ratio]) => `${number(ratio)} × ${way}`)
    .join("; ");
}

function row(one: Summary): string {
  const rate = one.perSecond === undefined || one.amount === undefined ? "" : `${number(one.perSecond)} ${one.amount.unit}/s`;
  const way = one.side === "switchyard" ? `**${one.way}**` : one.way;
  return `| ${[way, number(one.medianMs), number(one.p95Ms), `${number(one.minMs)} – ${number(one.maxMs)}`, rate, ratioText(one.ratios), String(one.runs)].map(cell).join(" | ")} |`;
}

function table(work: string, lines: readonly Summary[]): string {
  const head = "| Way | Median ms | p95 ms | Range ms | Rate | Ratio | Runs |\n|---|---:|---:|---:|---:|---|---:|";
  const adds = lines.filter((one) => one.adds !== undefined).map((one) => `- ${one.way} also does: ${one.adds}.`);
  const figures = lines
    .filter((one) => one.figures !== undefined)
    .map(
      (one) =>
        `- ${one.way}: ${Object.entries(one.figures ?? {})
          .map(([name, value]) => `${name} ${value}`)
          .join(", ")}.`,
    );
  return [`### ${work}`, "", head, ...lines.map(row), "", ...adds, ...figures].join("\n").trimEnd();
}

/** The page `bench/results.md`. */
export function page(
  summaries: readonly Summary[],
  described: { machine: string; day: string; options: string; load: string; failed: readonly string[] },
): string {
  const sections = [...new Set(summaries.map((one) => one.benchmark))].map((benchmark) => {
    const own = summaries.filter((one) => one.benchmark === benchmark);
    const works = [...new Set(own.map((one) => one.work))];
    return [
      `## ${benchmark}`,
      ...works.map((work) =>
        table(
          work,
          own.filter((one) => one.work === work),
        ),
      ),
    ].join("\n\n");
  });
  return `${[
    "# Benchmarks",
    `Written by \`npm run bench\`${described.options === "" ? "" : ` (${described.options})`} on ${described.day}. Machine: ${described.machine}.`,
    "Each of our ways (bold) is measured in turns with what one would pick instead, in the same process on the same servers. A ratio is the median over the rounds; above 1 ours takes longer. " +
      "The database server is throw-away and does not wait for the disk (`fsync=off`), which helps single INSERTs most.",
    `Other work on the machine: load average ${described.load}. Times suffer from it, ratios less.`,
    ...(described.failed.length === 0 ? [] : [`Not measured: ${described.failed.join("; ")}.`]),
    ...sections,
  ].join("\n\n")}\n`;
}
