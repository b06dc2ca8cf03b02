import { type ChaosOutcome, UNDER_CLIENTS } from "./one-run";
import { BLOWS } from "./schedule";

/* What chaos saw, for the terminal and for docs/proof.md. Pure. */

/** Ended as it should, with every invariant. */
export function isGood(outcome: ChaosOutcome): boolean {
  const end = outcome.ended === "succeeded" || outcome.ended === "rolled-back";
  return end && outcome.broken.length === 0 && outcome.lost === 0 && outcome.doubled === 0;
}

/** One run in one line; more lines only where something broke or a person was asked. */
export function line(outcome: ChaosOutcome): string {
  const blows = BLOWS.flatMap((blow) => (outcome.blows[blow] === undefined ? [] : [`${blow} ×${outcome.blows[blow]}`])).join(", ");
  const { writes } = outcome;
  const head = `run ${outcome.run}: ${outcome.ended} in ${outcome.seconds} s, ${outcome.epochs} owners, takeover ${ms(outcome.takeoverMs)}, stall ${ms(writes.maxStallMs)}, ${writes.acknowledged} writes, ${outcome.lost} lost, ${outcome.doubled} doubled, ${writes.errors} client errors`;
  return [
    `${isGood(outcome) ? "✓" : "✗"} ${head} (${blows === "" ? "no blow" : blows})`,
    ...outcome.asked.map((text) => `    asked: ${text.slice(0, 600)}`),
    ...outcome.broken.map((one) => `    ${one.invariant}: ${one.what}`),
  ].join("\n");
}

const ms = (value: number | null) => (value === null ? "–" : `${value} ms`);

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** The sums of all runs as a Markdown table. */
export function chaosTable(outcomes: readonly ChaosOutcome[], seed: number): string {
  const sum = (of: (outcome: ChaosOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const takeovers = outcomes.flatMap((one) => one.takeoverMs ?? []);
  const quiet = outcomes.filter((one) => !UNDER_CLIENTS.some((blow) => blow in one.blows));
  const stalls = quiet.map((one) => one.writes.maxStallMs);
  const ends = (status: ChaosOutcome["ended"]) => outcomes.filter((one) => one.ended === status).length;
  const rows: [string, string][] = [
    ["seed", String(seed)],
    ["runs", String(outcomes.length)],
    ["succeeded / rolled back / never ended", `${ends("succeeded")} / ${ends("rolled-back")} / ${ends("never")}`],
    ...BLOWS.map((blow): [string, string] => [blow, String(sum((one) => one.blows[blow] ?? 0))]),
    ["owners (epochs) of all runs", String(sum((one) => one.epochs))],
    ["takeover, median / worst", `${ms(median(takeovers))} / ${ms(takeovers.length === 0 ? null : Math.max(...takeovers))}`],
    [
      `stall where neither a database nor the pooler was struck (${quiet.length} runs), median / worst`,
      `${ms(median(stalls))} / ${ms(stalls.length === 0 ? null : Math.max(...stalls))}`,
    ],
    ["stall of all runs, worst", ms(outcomes.length === 0 ? null : Math.max(...outcomes.map((one) => one.writes.maxStallMs)))],
    ["acknowledged writes", String(sum((one) => one.writes.acknowledged))],
    ["acknowledged writes lost", String(sum((one) => one.lost))],
    ["writes doubled", String(sum((one) => one.doubled))],
    ["client errors there", String(quiet.reduce((total, one) => total + one.writes.errors, 0))],
    ["client errors of all runs", String(sum((one) => one.writes.errors))],
    ["questions to a person", String(sum((one) => one.asked.length))],
    ["workers that ended by themselves", String(sum((one) => one.died))],
    ["invariants broken", String(sum((one) => one.broken.length))],
  ];
  return ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}
