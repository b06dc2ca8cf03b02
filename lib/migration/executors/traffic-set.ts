import { probePromql } from "@/lib/connection/promql";
import { messageOf } from "@/lib/core/errors";
import { type Settling, sameShare, type TrafficAdapter, weightsFor } from "@/lib/migration/executors/traffic/adapter";
import { answered, definite } from "@/lib/migration/executors/traffic/answer";
import { fileChecks } from "@/lib/migration/executors/traffic/haproxy";
import {
  type Counts,
  giveUpWindow,
  type Measured,
  measuredFacts,
  measuredPercent,
  measureOn,
  stageVerdict,
  startMeasuring,
} from "@/lib/migration/executors/traffic/measure";
import { openTraffic } from "@/lib/migration/executors/traffic/open";
import type { Executor, Facts, PreflightCheck, ShareLook, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"traffic.set">;

const ASK_AGAIN_MS = 1_000;

/** Weights that a restart would bring, where the last stage writes them down. */
async function lasting(step: Step, adapter: TrafficAdapter): Promise<{ old: number | null; new: number | null } | null> {
  return step.with.last === true && adapter.durable !== null ? await adapter.durable.read() : null;
}

async function preflight(step: Step, context: StepContext): Promise<PreflightCheck[]> {
  try {
    const { connection, adapter } = await openTraffic(step, context);
    const { refusal, measures, guard } = adapter.capabilities;
    if (refusal !== null) return [{ name: "weights", level: "block", message: refusal, fix: "Use dns.set, or a connection that has weights." }];
    const checks = await adapter.checks(step.with.percent);
    checks.push({ name: "foreign changes", level: "pass", message: guard });
    if (adapter.capabilities.volatile && step.with.last === true) checks.push(...(await fileChecks(connection, step.with)));
    if (!measures) checks.push(...unmeasured(step, adapter));
    return checks;
  } catch (error) {
    return [{ name: "traffic", level: "block", message: messageOf(error), fix: "Correct the connection and the names in the runbook." }];
  }
}

/** What cannot be counted cannot be waited for; the share is only measured where a query says how. */
function unmeasured(step: Step, adapter: TrafficAdapter): PreflightCheck[] {
  const checks: PreflightCheck[] = [];
  if (step.with.minRequests > 0)
    checks.push({
      name: "samples",
      level: "block",
      message: `${adapter.title} does not count answers, so minRequests cannot be waited for.`,
      fix: "Leave minRequests out.",
    });
  if (step.with.measure === undefined)
    checks.push({
      name: "measured share",
      level: "warn",
      message: `${adapter.title} does not measure how the traffic is really split: only the set share is known.`,
      fix: "Name a query that gives the percent of the new side (measure).",
    });
  return checks;
}

async function apply(step: Step, context: StepContext): Promise<StepResult> {
  const { adapter } = await openTraffic(step, context);
  if (adapter.capabilities.refusal !== null) throw definite(adapter.capabilities.refusal);
  const { percent } = step.with;
  const unready = percent > 0 ? await adapter.unready() : null;
  if (unready !== null) return { type: "failed", reason: `${unready}; no traffic was moved to it.` };
  const { share, settling } = await adapter.set(percent, context.log);
  const counts = await adapter.counts();
  const kept = await keep(step, adapter, context);
  return {
    type: "done",
    output: {
      percent,
      weights: share.weights,
      changedAt: context.now().toISOString(),
      settling,
      ...(counts === null ? {} : { measuring: startMeasuring(counts, context.now()) }),
      ...kept,
    },
  };
}

/** Writes the last weights down, or says that nobody does. */
async function keep(step: Step, adapter: TrafficAdapter, context: StepContext): Promise<Facts> {
  if (step.with.last !== true || !adapter.capabilities.volatile) return {};
  if (adapter.durable === null) {
    context.log("These weights are lost with the next reload: the connection names no file to write them to.");
    return { durable: "not written: the next reload brings the old weights back" };
  }
  await adapter.durable.write(weightsFor(step.with.percent), context.runId);
  context.log(`${adapter.durable.place}: weights written, checked by HAProxy, read back`);
  return { durable: `written to ${adapter.durable.place}` };
}

/** The measured side of a stage: counted where the service counts, asked of a query where one is named. */
async function measured(step: Step, context: StepContext, adapter: TrafficAdapter): Promise<{ good: boolean; message: string; output: Facts }> {
  const { percent, minRequests, tolerance, measure } = step.with;
  if (measure !== undefined) return await byQuery(step, context, measure);
  const counts = await adapter.counts();
  if (counts === null) return { good: true, message: "", output: { measured: "not measurable" } };
  const now = context.now();
  const measuring = giveUp(advance(context, counts, now), { percent, minRequests, tolerance }, now);
  const { good, message } = stageVerdict({ percent, minRequests, tolerance }, measuring);
  const seen = measuredPercent(measuring);
  return { good, message, output: { measuring, measured: message, measuredPercent: seen === null ? null : Math.round(seen * 10) / 10 } };
}

function advance(context: StepContext, counts: Counts, now: Date): Measured {
  const known = measuredFacts.safeParse(context.previous?.measuring);
  return known.success ? measureOn(known.data, counts, now) : startMeasuring(counts, now);
}

function giveUp(measuring: Measured, wish: { percent: number; minRequests: number; tolerance: number | "none" }, now: Date): Measured {
  return stageVerdict(wish, measuring).good ? measuring : giveUpWindow(measuring, now);
}

async function byQuery(step: Step, context: StepContext, measure: { connection: string; query: string }) {
  const { percent, tolerance } = step.with;
  const connection = await context.connection(measure.connection, "prometheus");
  const sample = await probePromql(connection, context.egress, measure.query, context.now(), { signal: context.signal });
  // No data is never the wanted share.
  if (sample.type !== "value")
    return { good: tolerance === "none", message: `the share could not be measured: ${sample.reason}`, output: { measured: sample.reason } };
  const shown = `measured ${sample.value.toFixed(1)} %, set ${percent} %`;
  const good = tolerance === "none" || Math.abs(sample.value - percent) <= tolerance;
  return {
    good,
    message: good ? shown : `${shown}; allowed are ${tolerance} points`,
    output: { measured: shown, measuredPercent: Math.round(sample.value * 10) / 10 },
  };
}

/** What there is to see of the real split: a query where one is named, else what the service counts. */
async function share(step: Step, context: StepContext): Promise<ShareLook> {
  const { measure } = step.with;
  if (measure === undefined) return { counts: await (await openTraffic(step, context)).adapter.counts(), percent: null };
  const connection = await context.connection(measure.connection, "prometheus");
  const sample = await probePromql(connection, context.egress, measure.query, context.now(), { signal: context.signal });
  if (sample.type !== "value") throw new Error(sample.reason);
  return { counts: null, percent: sample.value };
}

async function verify(step: Step, context: StepContext): Promise<StepResult> {
  const { adapter } = await openTraffic(step, context);
  const share = await adapter.read();
  const { percent, minRequests } = step.with;
  if (!sameShare(share, adapter.rounded(percent)))
    return { type: "errored", reason: `${adapter.title} has weights ${share.weights.old}/${share.weights.new}; somebody else changed them.` };
  const settling = (context.previous?.settling ?? {}) as Settling;
  // A worker that was lost may not have told when it was set; the step began before.
  const changedAt = typeof context.previous?.changedAt === "string" ? Date.parse(context.previous.changedAt) : context.since.getTime();
  const since = context.now().getTime() - changedAt;
  const unsettled = await adapter.unsettled(settling, since);
  if (unsettled !== null) return { type: "running", askAgainMs: ASK_AGAIN_MS, progress: { message: unsettled } };
  if (percent === 0) return { type: "done", output: { weights: share.weights } };
  const { good, message, output } = await measured(step, context, adapter);
  if (good) return { type: "done", output: { weights: share.weights, ...output } };
  const answers = measuredFacts.safeParse(output.measuring).data?.total.new;
  context.progress({ message, ...(answers === undefined || minRequests === 0 ? {} : { done: answers, total: minRequests, unit: "answers" }) });
  return { type: "waiting", on: "samples", message, output: { weights: share.weights, ...output }, askAgainMs: ASK_AGAIN_MS };
}

async function undo(step: Step, context: StepContext): Promise<StepResult> {
  const { adapter } = await openTraffic(step, context);
  const { share, settling } = await adapter.set(0, context.log);
  if (step.with.last === true && adapter.durable !== null) {
    const before = context.before?.lasting as { old: number | null; new: number | null } | undefined;
    await adapter.durable.write(before ?? weightsFor(0), context.runId);
    context.log(`${adapter.durable.place}: former weights written back`);
  }
  if (settling.ttl !== undefined) context.log(`Resolvers may use the former weights for up to ${settling.ttl} s more.`);
  return { type: "done", output: { weights: share.weights, percent: 0 } };
}

/**
 * Share of traffic on the new side, by whatever the connection splits traffic with. Class D: a declared state, set and read
 * back, harmless to repeat. Where a restart loses it the engine compares it every 2 s (R-GRD-11). The stage is done when the
 * measured share is the set one. Undo is everything on the old side.
 */
export const trafficSet: Executor<"traffic.set"> = {
  kind: "traffic.set",
  version: 2,
  idempotency: "D",
  cancel: "immediate",
  timeoutMs: 30 * 60_000,
  attempts: 5,
  movesTraffic: true,
  preview: (step) => {
    const { backend, oldServer, newServer, percent, minRequests, tolerance, measure, last } = step.with;
    return {
      summary: `${percent} % of the traffic of ${backend} goes to ${newServer}.`,
      lines: [
        `${backend}: ${newServer} ${percent} %, ${oldServer} ${Math.round((100 - percent) * 10) / 10} %`,
        ...(minRequests > 0 ? [`go on after ${minRequests} answers of ${newServer}`] : []),
        ...(percent > 0 && tolerance !== "none" ? [`go on when the measured share is within ${tolerance} points of it, where it can be measured`] : []),
        ...(measure === undefined ? [] : [`measured by ${measure.query}`]),
        ...(last === true ? ["write the weights to haproxy.cfg, where the connection names it"] : []),
      ],
      undo: `${backend}: everything on ${oldServer}`,
      reversible: true,
    };
  },
  preflight,
  observe: async (step, context) => {
    const { adapter } = await openTraffic(step, context);
    const share = await adapter.read();
    const wanted = adapter.rounded(step.with.percent);
    const written = await lasting(step, adapter);
    const facts: Facts = { weights: share.weights, percent: share.percent, ...(written === null ? {} : { lasting: written }) };
    const kept = written === null || (written.old === weightsFor(step.with.percent).old && written.new === weightsFor(step.with.percent).new);
    // Any other split is a state this step may start from: setting weights does not depend on what was there.
    return { state: sameShare(share, wanted) && kept ? "present" : "absent", facts };
  },
  share,
  apply: (step, context) => answered(() => apply(step, context)),
  verify: (step, context) => answered(() => verify(step, context)),
  undo: (step, context) => answered(() => undo(step, context)),
};
