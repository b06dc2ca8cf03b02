import { z } from "zod";
import { parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import { type Answer, difference, median } from "@/lib/migration/executors/mirror/compare";
import type { Executor, PreflightCheck, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"traffic.mirror">;

const ROUND_MS = 1_000;
const REQUEST_MS = 5_000;
/** Differences that are named, and times that are kept for the median. */
const MAX_NAMED = 20;
const MAX_TIMES = 2_000;

const tally = z.object({
  /** The try it was counted in: another one begins anew. */
  attempt: z.number(),
  startedAt: z.number(),
  sent: z.number(),
  different: z.number(),
  named: z.array(z.string()),
  fromMs: z.array(z.number()),
  toMs: z.array(z.number()),
});
type Tally = z.infer<typeof tally>;

/** `base` and a path in one address. A path of the runbook stays inside of the base's own. */
export function addressOf(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}${path}`;
}

async function get(context: StepContext, url: string, host?: string): Promise<Answer> {
  const headers: Record<string, string> = host === undefined ? {} : { host };
  const { status, headers: received, body, ms } = await context.egress.request({ url, method: "GET", headers, timeoutMs: REQUEST_MS, signal: context.signal });
  return { status, contentType: received["content-type"] ?? "", body, ms };
}

type Pair = { path: string; fromMs: number | null; toMs: number | null; reason: string | null };

/** The same request to both sides at the same time. The present side has to answer: without it there is nothing to compare with. */
async function pair(step: Step, context: StepContext, path: string): Promise<Pair> {
  const [from, to] = await Promise.allSettled([
    get(context, addressOf(step.with.from, path)),
    get(context, addressOf(step.with.to, path), step.with.hostHeader),
  ]);
  if (from.status === "rejected") throw new Error(`${step.with.from} did not answer: ${messageOf(from.reason)}`, { cause: from.reason });
  if (to.status === "rejected") {
    if (to.reason instanceof Error && to.reason.name === "EgressRefused") throw to.reason;
    return { path, fromMs: from.value.ms, toMs: null, reason: `no answer of the target: ${messageOf(to.reason)}` };
  }
  return { path, fromMs: from.value.ms, toMs: to.value.ms, reason: difference(from.value, to.value, step.with.compare) };
}

function started(context: StepContext): Tally {
  const known = tally.safeParse(context.previous);
  if (known.success && known.data.attempt === context.attempt) return known.data;
  return { attempt: context.attempt, startedAt: context.now().getTime(), sent: 0, different: 0, named: [], fromMs: [], toMs: [] };
}

function add(sum: Tally, pairs: readonly Pair[]): Tally {
  const keep = (times: number[], more: (number | null)[]) => [...times, ...more.filter((ms) => ms !== null)].slice(-MAX_TIMES);
  const odd = pairs.filter((one) => one.reason !== null);
  return {
    ...sum,
    sent: sum.sent + pairs.length,
    different: sum.different + odd.length,
    named: [...new Set([...sum.named, ...odd.map((one) => `${one.path}: ${one.reason}`)])].slice(0, MAX_NAMED),
    fromMs: keep(
      sum.fromMs,
      pairs.map((one) => one.fromMs),
    ),
    toMs: keep(
      sum.toMs,
      pairs.map((one) => one.toMs),
    ),
  };
}

/** What the whole comparison says; the reason when the answer is no. */
export function verdictOf(config: Step["with"], sum: Tally): { reason: string | null; facts: Record<string, unknown> } {
  const percent = sum.sent === 0 ? 100 : (sum.different / sum.sent) * 100;
  const [from, to] = [median(sum.fromMs), median(sum.toMs)];
  const facts = { compared: sum.sent, different: sum.different, medianFromMs: from, medianToMs: to, differences: sum.named };
  const limit = from === null ? null : Math.max(from * config.maxSlower, from + config.slowerFloorMs);
  if (sum.sent === 0) return { reason: "Nothing was compared.", facts };
  if (percent > config.maxDifferent) {
    const share = `${sum.different} of ${sum.sent} answers differ (${percent.toFixed(1)} %; allowed are ${config.maxDifferent} %)`;
    return { reason: `${share}: ${sum.named.slice(0, 3).join("; ")}.`, facts };
  }
  if (to !== null && limit !== null && to > limit)
    return { reason: `The target is slower: ${to} ms at the median against ${from} ms; allowed are ${Math.round(limit)} ms.`, facts };
  return { reason: null, facts };
}

async function round(step: Step, context: StepContext): Promise<StepResult> {
  const sum = started(context);
  const { paths, rate } = step.with;
  const elapsed = context.now().getTime() - sum.startedAt;
  // Every path is asked at least once, however short the time.
  const over = elapsed >= parseDuration(step.with.duration) && sum.sent >= paths.length;
  if (over) {
    const { reason, facts } = verdictOf(step.with, sum);
    return reason === null ? { type: "done", output: facts } : { type: "failed", reason, output: facts };
  }
  // As many as are due by the clock since the start; a late round never sends more than two seconds' worth at once.
  const due = Math.min(Math.floor((rate * (elapsed + ROUND_MS)) / 1_000) - sum.sent, Math.max(1, Math.ceil(rate * 2)));
  const now = Array.from({ length: Math.max(0, due) }, (_none, index) => paths[(sum.sent + index) % paths.length] ?? "/");
  const next = add(sum, await Promise.all(now.map((path) => pair(step, context, path))));
  return {
    type: "running",
    askAgainMs: ROUND_MS,
    output: next,
    progress: {
      message: `${next.sent} pairs of answers compared, ${next.different} differ`,
      done: Math.min(elapsed, parseDuration(step.with.duration)),
      total: parseDuration(step.with.duration),
      unit: "ms",
    },
  };
}

async function preflight(step: Step, context: StepContext): Promise<PreflightCheck[]> {
  const path = step.with.paths[0] ?? "/";
  const sides = [
    ["source", addressOf(step.with.from, path), undefined, "block"],
    ["target", addressOf(step.with.to, path), step.with.hostHeader, "warn"],
  ] as const;
  return await Promise.all(
    sides.map(async ([name, url, host, level]): Promise<PreflightCheck> => {
      try {
        const { status } = await get(context, url, host);
        return { name, level: "pass", message: `${url} answers ${status}.` };
      } catch (error) {
        const refused = error instanceof Error && error.name === "EgressRefused";
        // An earlier step may bring the target up; without the source there is nothing to compare with.
        return {
          name,
          level: refused ? "block" : level,
          message: `${url}: ${messageOf(error)}`,
          fix: "Correct the address, or make sure that an earlier step starts the service.",
        };
      }
    }),
  );
}

/**
 * The same GET requests to the present and the new side, before any user is moved: status, structure and time of the answers
 * are compared. Class P: read only as far as GET is, may be repeated at any time.
 */
export const trafficMirror: Executor<"traffic.mirror"> = {
  kind: "traffic.mirror",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 24 * 3_600_000,
  attempts: 3,
  movesTraffic: false,
  preview: (step) => ({
    summary: `The answers of ${step.with.to} are compared with those of ${step.with.from} for ${step.with.duration}.`,
    lines: [
      ...step.with.paths.slice(0, 20).map((path) => `GET ${addressOf(step.with.from, path)} and ${addressOf(step.with.to, path)}`),
      ...(step.with.paths.length > 20 ? [`and ${step.with.paths.length - 20} more paths`] : []),
      `${step.with.rate} pairs a second; status${step.with.compare === "shape" ? ", structure" : ""} and time are compared`,
      `at most ${step.with.maxDifferent} % may differ; the target may be ${step.with.maxSlower} times slower at the median`,
    ],
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight,
  observe: async () => ({ state: "absent", facts: {} }),
  apply: async (step, context) => {
    try {
      return await round(step, context);
    } catch (error) {
      const refused = error instanceof Error && error.name === "EgressRefused";
      return { type: refused ? "failed" : "errored", reason: messageOf(error) };
    }
  },
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
