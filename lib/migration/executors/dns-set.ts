import { openDns } from "@/lib/connection/clients/dns/open";
import type { DnsProvider, RecordSet } from "@/lib/connection/clients/dns/provider";
import { setText } from "@/lib/connection/clients/dns/provider";
import { type Connection, DNS_KINDS } from "@/lib/connection/types";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import {
  changeBetween,
  foreignText,
  oldTtl,
  type Passage,
  passages,
  pick,
  standingOf,
  storedRecords,
  wayBackSeconds,
} from "@/lib/migration/executors/dns/decide";
import { preflightRecords, readAll, zoneCheck } from "@/lib/migration/executors/dns/preflight";
import { askAll } from "@/lib/migration/executors/dns/spread";
import { answered, definite } from "@/lib/migration/executors/traffic/answer";
import type { Executor, Facts, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"dns.set">;

const TIMEOUT_MS = 3 * 86_400_000;
const ASK_AGAIN_MS = 2_000;
const WAIT_MOST_MS = 30_000;
/** How long a way back waits for servers to follow; it does not hold up the rest of a rollback any longer. */
const UNDO_WAIT_MS = 30_000;
/** Checkpoints: the TTL is being lowered; all servers have the short one, and when the old one is over. */
const LOWERING = "ttl-lowering";
const LOWERED = "ttl-lowered";

async function open(step: Step, context: StepContext): Promise<{ connection: Connection; provider: DnsProvider }> {
  const connection = await context.connection(step.with.connection, ...DNS_KINDS);
  return { connection, provider: await openDns(connection, context.egress, context.now, context.signal) };
}

/** Opens the way to the zone, if the connection may change it. @throws Error (definite) when not */
async function openForChange(step: Step, context: StepContext): Promise<DnsProvider> {
  const { connection, provider } = await open(step, context);
  const allowed = zoneCheck(step.with, connection);
  if (allowed.level === "block") throw definite(allowed.message);
  return provider;
}

/** @throws Error when what was there before is not known: nothing may be changed then */
function planned(step: Step, context: StepContext): Passage[] {
  const before = storedRecords(context.before);
  if (before === null) throw new Error("What the records were before is not known.");
  return passages(step.with, before);
}

/** Who changes the records; asked for right before each change, so it is where the lease is looked at once more. */
function mark(context: StepContext): { runId: string; epoch: number } {
  context.assertLease();
  return { runId: context.runId, epoch: context.epoch };
}

/** Lowers the TTL, or waits; null once the new records may come. */
async function lowerAndWait(
  step: Step,
  context: StepContext,
  provider: DnsProvider,
  list: readonly Passage[],
  standing: "before" | "lowered",
): Promise<StepResult | null> {
  const seconds = oldTtl(list);
  if (seconds === 0) return null;
  if (standing === "before") {
    // A wait that was recorded before ends nothing that is fetched from now on.
    await context.checkpoint(LOWERING);
    await provider.change(
      step.with.zone,
      changeBetween(
        list,
        (one) => one.before,
        (one) => one.lowered,
      ),
      mark(context),
    );
    context.log(`TTL lowered to ${step.with.ttl} s.`);
    return { type: "running", askAgainMs: 1_000, progress: { message: `TTL lowered to ${step.with.ttl} s` } };
  }
  const { nameservers } = await provider.zoneFacts(step.with.zone);
  const spread = await askAll(
    context,
    nameservers,
    list.map(({ name, type, lowered }) => ({ name, type, set: lowered })),
  );
  if (spread.lagging.length > 0) {
    const message = `Not every server has the short TTL yet: ${spread.lagging.join("; ")}`;
    return { type: "running", askAgainMs: ASK_AGAIN_MS, progress: { message } };
  }
  // From here on nobody can fetch the old TTL any more: what was fetched before ends with it.
  await context.checkpoint(LOWERED, { until: new Date(context.now().getTime() + seconds * 1_000).toISOString(), seconds });
  return {
    type: "running",
    askAgainMs: Math.min(seconds * 1_000, WAIT_MOST_MS),
    progress: { message: `Waits ${formatDuration(seconds * 1_000)}, the old TTL` },
  };
}

/** While the old TTL runs nothing has to be asked of anybody. */
function stillWaiting(context: StepContext): { over: boolean; result: StepResult | null } {
  const found = context.checkpoints.findLast((one) => one.phase === LOWERED || one.phase === LOWERING);
  if (found === undefined || found.phase === LOWERING) return { over: false, result: null };
  const { until, seconds } = found.facts as { until: string; seconds: number };
  const left = Date.parse(until) - context.now().getTime();
  if (left <= 0) return { over: true, result: null };
  const progress = {
    message: `Waits until ${until}: resolvers may hold the old records until then`,
    done: Math.round(seconds - left / 1_000),
    total: seconds,
    unit: "s",
  };
  return { over: false, result: { type: "running", askAgainMs: Math.min(left, WAIT_MOST_MS), progress } };
}

async function apply(step: Step, context: StepContext): Promise<StepResult> {
  const list = planned(step, context);
  const waiting = stillWaiting(context);
  if (waiting.result !== null) return waiting.result;
  const provider = await openForChange(step, context);
  const found = await readAll(step.with, provider);
  const standing = standingOf(list, found);
  if (standing === "foreign") return { type: "failed", reason: `Somebody else changed the records: ${foreignText(list, found)}. Nothing was overwritten.` };
  if (standing !== "wanted") {
    const wait = waiting.over && standing === "lowered" ? null : await lowerAndWait(step, context, provider, list, standing);
    if (wait !== null) return wait;
    await provider.change(
      step.with.zone,
      changeBetween(
        list,
        (one) => pick(found, one.name, one.type),
        (one) => one.wanted,
      ),
      mark(context),
    );
    for (const one of list) context.log(`${one.name} ${one.type}: ${setText(one.before)} → ${setText(one.wanted)}`);
    const after = await readAll(step.with, provider);
    if (standingOf(list, after) !== "wanted") return { type: "errored", reason: `The records are not as they were set: ${foreignText(list, after)}.` };
  }
  const backSeconds = wayBackSeconds(list);
  return {
    type: "done",
    output: { changedAt: context.now().toISOString(), backSeconds, records: list.map((one) => `${one.name} ${one.type}: ${setText(one.wanted)}`) },
  };
}

async function verify(step: Step, context: StepContext): Promise<StepResult> {
  const list = planned(step, context);
  const { provider } = await open(step, context);
  const { nameservers } = await provider.zoneFacts(step.with.zone);
  const expected = list.map(({ name, type, wanted }) => ({ name, type, set: wanted }));
  const authoritative = await askAll(context, nameservers, expected);
  const resolvers = authoritative.lagging.length > 0 ? { asked: 0, lagging: [] } : await askAll(context, step.with.resolvers, expected, true);
  const lagging = [...authoritative.lagging, ...resolvers.lagging];
  const output: Facts = { authoritative: `${authoritative.asked - authoritative.lagging.length} of ${nameservers.length} servers`, lagging };
  if (lagging.length === 0) return { type: "done", output: { ...output, resolvers: resolvers.asked } };
  const since = typeof context.previous?.changedAt === "string" ? Date.parse(context.previous.changedAt) : context.since.getTime();
  // Resolvers may keep what they have for its whole TTL, which was short by then.
  const allowed = parseDuration(step.with.within) + (authoritative.lagging.length > 0 ? 0 : Math.max(step.with.ttl, 0) * 1_000);
  if (context.now().getTime() - since > allowed)
    return { type: "failed", reason: `After ${formatDuration(allowed)} not every server has the new records: ${lagging.join("; ")}.`, output };
  return { type: "running", askAgainMs: ASK_AGAIN_MS, output, progress: { message: `Not everywhere yet: ${lagging.join("; ")}` } };
}

async function undo(step: Step, context: StepContext): Promise<StepResult> {
  const list = planned(step, context);
  const provider = await openForChange(step, context);
  const found = await readAll(step.with, provider);
  const standing = standingOf(list, found);
  if (standing === "foreign") {
    const former = list.map((one) => `${one.name} ${one.type} ${setText(one.before)}`).join("; ");
    return {
      type: "failed",
      reason: `Somebody else changed the records since: ${foreignText(list, found)}. They were not overwritten. Before this step they were: ${former}.`,
    };
  }
  const former = (one: Passage): RecordSet | null => one.before;
  const changes = changeBetween(list, (one) => pick(found, one.name, one.type), former);
  if (changes.length > 0) {
    await provider.change(step.with.zone, changes, mark(context));
    if (standing === "wanted") context.log(`The former records are back. Resolvers may answer with the others for up to ${wayBackSeconds(list)} s more.`);
  }
  const { nameservers } = await provider.zoneFacts(step.with.zone);
  const { lagging } = await askAll(
    context,
    nameservers,
    list.map((one) => ({ name: one.name, type: one.type, set: former(one) })),
  );
  const began = typeof context.previous?.undoneAt === "string" ? Date.parse(context.previous.undoneAt) : context.now().getTime();
  const output = { undoneAt: new Date(began).toISOString(), lagging };
  if (lagging.length > 0 && context.now().getTime() - began < UNDO_WAIT_MS)
    return { type: "running", askAgainMs: ASK_AGAIN_MS, output, progress: { message: `Put back; not everywhere yet: ${lagging.join("; ")}` } };
  if (lagging.length > 0) context.log(`Put back at the source of the zone, but: ${lagging.join("; ")}.`);
  return { type: "done", output };
}

/**
 * Changes record sets of a zone: lowers their TTL ahead, waits the old one out, sets the new values only over the expected
 * ones, asks every authoritative server and then resolvers (R-GRD-12). Class D: a declared state that is set. Undo puts the
 * former records back; resolvers follow within the TTL, never at once.
 */
export const dnsSet: Executor<"dns.set"> = {
  kind: "dns.set",
  version: 1,
  idempotency: "D",
  cancel: "safe-point",
  timeoutMs: TIMEOUT_MS,
  attempts: 5,
  movesTraffic: true,
  preview: (step) => ({
    summary: `${step.with.records.length === 1 ? "One record set" : `${step.with.records.length} record sets`} of ${step.with.zone} ${step.with.records.length === 1 ? "is" : "are"} changed.`,
    lines: [
      `lower longer TTLs to ${step.with.ttl} s, wait until every server has them and the old TTL is over`,
      ...step.with.records.map(({ name, type, values }) =>
        values.length === 0 ? `remove ${name} ${type}` : `${name} ${step.with.ttl} ${type} ${values.join(", ")}`,
      ),
      `ask every authoritative server, at most ${step.with.within}`,
      ...(step.with.resolvers.length > 0 ? [`ask the resolvers ${step.with.resolvers.join(", ")}`] : []),
    ],
    undo: `puts back the records that are there before the step. Not at once: resolvers may answer with the new ones for up to ${step.with.ttl} s.`,
    reversible: true,
  }),
  preflight: async (step, context) => {
    try {
      const { connection, provider } = await open(step, context);
      return await preflightRecords(step.with, connection, provider, step.timeout === undefined ? TIMEOUT_MS : parseDuration(step.timeout), context);
    } catch (error) {
      return [{ name: "connection", level: "block", message: messageOf(error), fix: "Correct the connection." }];
    }
  },
  observe: async (step, context) => {
    const provider = await openForChange(step, context);
    const found = await readAll(step.with, provider);
    const before = storedRecords(context.before);
    const standing = standingOf(passages(step.with, before ?? found), found);
    if (standing === "wanted") return { state: "present", facts: { records: found } };
    // A lowered TTL is half of the way, forwards and back.
    return { state: before === null || standing === "before" ? "absent" : "other", facts: { records: found } };
  },
  apply: (step, context) => answered(() => apply(step, context)),
  verify: (step, context) => answered(() => verify(step, context)),
  undo: (step, context) => answered(() => undo(step, context)),
  /** How long going back takes: the TTL of what was set, from the moment it was set. Asks nobody. */
  watch: async (_step, context) => {
    const seconds = typeof context.previous?.backSeconds === "number" ? context.previous.backSeconds : 0;
    return {
      back: "lossless",
      why:
        seconds === 0
          ? "The records have not been changed yet."
          : "Going back is not instant: resolvers may answer with the new records until their TTL is over.",
      backSeconds: seconds,
      writesAtRisk: null,
      lag: null,
      alarms: [],
      breach: null,
    };
  },
};
