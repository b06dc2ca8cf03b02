/** What was measured: one way of doing one piece of work. Times are milliseconds, in the order of the runs. */
export interface Measurement {
  benchmark: string;
  /** The piece of work: ways with the same work are compared with each other. */
  work: string;
  way: string;
  /** `switchyard` is ours, `instead` is what a user would pick instead. */
  side: "switchyard" | "instead";
  /** What this way does that the others of the same work do not. */
  adds?: string;
  times: number[];
  /** What one run handles, for a rate: 10,000 samples. */
  amount?: { count: number; unit: string };
  /** Further figures of this way that are no times, such as a ratio of sizes. */
  figures?: Record<string, number>;
}

/** One line of output, with the ratio to each way a user would pick instead. */
export interface Summary extends Omit<Measurement, "times"> {
  runs: number;
  medianMs: number;
  p95Ms: number;
  minMs: number;
  maxMs: number;
  perSecond?: number;
  /** Our time by that of the other way in the same round, median of the rounds: 2 is twice as slow, 0.5 twice as fast. */
  ratios?: Record<string, number>;
}

/** The value below which the share of the sorted times lies, between neighbours in proportion. @throws Error for no times */
export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new Error("Nothing was measured.");
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (times: readonly number[]): number => quantile(times, 0.5);

/** Median over the rounds of how much longer the first took: both of a round met the same minute of the machine. @throws Error for unequal rounds */
export function pairedRatio(times: readonly number[], others: readonly number[]): number {
  if (times.length !== others.length) throw new Error("Only rounds that belong together can be compared.");
  return median(times.map((time, round) => time / (others[round] ?? Number.NaN)));
}

const round = (value: number) => Number(value.toPrecision(4));

/** Medians, rates and ratios of what was measured, in the given order. */
export function summarise(measured: readonly Measurement[]): Summary[] {
  return measured.map(({ times, ...one }) => {
    const medianMs = median(times);
    const others = measured.filter((other) => other.benchmark === one.benchmark && other.work === one.work && other.side === "instead");
    const ratios = Object.fromEntries(others.map((other) => [other.way, round(pairedRatio(times, other.times))]));
    return {
      ...one,
      runs: times.length,
      medianMs: round(medianMs),
      p95Ms: round(quantile(times, 0.95)),
      minMs: round(Math.min(...times)),
      maxMs: round(Math.max(...times)),
      ...(one.amount === undefined ? {} : { perSecond: round((one.amount.count / medianMs) * 1_000) }),
      ...(one.side === "switchyard" && others.length > 0 ? { ratios } : {}),
    };
  });
}

/** Milliseconds the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** One way to be measured. `before` and `after` of each run are not timed. */
export interface Way extends Omit<Measurement, "times" | "benchmark" | "work"> {
  before?: (run: number) => Promise<void> | void;
  run: (run: number) => unknown;
  after?: (run: number) => Promise<void> | void;
}

/**
 * Measures several ways of the same work. The ways take turns, and every round begins with another one, so that a slow
 * minute of the machine falls on all of them. The first round is a rehearsal that does not count.
 */
export async function takeTurns(benchmark: string, work: string, rounds: number, ways: readonly Way[], rehearsals = 1): Promise<Measurement[]> {
  const times = ways.map((): number[] => []);
  for (let round = 0; round < rounds + rehearsals; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const index = (turn + round) % ways.length;
      const way = ways[index];
      if (way === undefined) continue;
      await way.before?.(round);
      const ms = await timed(() => way.run(round));
      await way.after?.(round);
      if (round >= rehearsals) times[index]?.push(ms);
    }
  }
  return ways.map(({ before: _before, run: _run, after: _after, ...way }, index) => ({ benchmark, work, ...way, times: times[index] ?? [] }));
}
