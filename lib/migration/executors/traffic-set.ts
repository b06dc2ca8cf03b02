import { haproxyCommand, isHaproxyName, parseStat, readWeight, type ServerStat } from "@/lib/connection/clients/haproxy";
import type { Connection } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import type { Executor, Facts, PreflightCheck, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"traffic.set">;
type Weights = { old: number; new: number };

const ASK_AGAIN_MS = 1_000;

/** Weights that send `percent` of the requests to the new server; HAProxy knows whole weights from 0 to 256. */
export function weightsFor(percent: number): Weights {
  // Tenths of a percent need a finer scale; 200 keeps both sides within 256.
  const scale = Number.isInteger(percent) ? 100 : 200;
  const share = Math.round((percent * scale) / 100);
  return { old: scale - share, new: share };
}

const serverName = (step: Step, side: keyof Weights) => `${step.with.backend}/${side === "old" ? step.with.oldServer : step.with.newServer}`;

function names(step: Step): void {
  for (const name of [step.with.backend, step.with.oldServer, step.with.newServer]) {
    if (!isHaproxyName(name)) throw Object.assign(new Error(`"${name.slice(0, 40)}" is no name of an HAProxy backend or server.`), { definite: true });
  }
  if (step.with.oldServer === step.with.newServer) throw Object.assign(new Error("Old and new server are the same."), { definite: true });
}

async function open(step: Step, context: StepContext): Promise<Connection> {
  names(step);
  return await context.connection(step.with.connection, "haproxy");
}

async function readWeights(step: Step, context: StepContext, connection: Connection): Promise<Weights> {
  const read = (side: keyof Weights) => readWeight(connection, context.egress, serverName(step, side), context.signal);
  return { old: (await read("old")).weight, new: (await read("new")).weight };
}

async function readStats(step: Step, context: StepContext, connection: Connection): Promise<{ old: ServerStat; new: ServerStat }> {
  const all = parseStat(await haproxyCommand(connection, context.egress, ["show", "stat"], context.signal));
  const find = (side: keyof Weights) => {
    const stat = all.get(serverName(step, side));
    if (stat === undefined) throw Object.assign(new Error(`HAProxy has no server ${serverName(step, side)}.`), { definite: true });
    return stat;
  };
  return { old: find("old"), new: find("new") };
}

const same = (a: Weights, b: Weights) => a.old === b.old && a.new === b.new;
/** The same split with another scale is the same state: 1 and 3 is 25 %. */
const sameShare = (a: Weights, b: Weights) => a.old + a.new > 0 && a.new * (b.old + b.new) === b.new * (a.old + a.new);

/** Sets both weights, the rising one first, so that never both sides are at zero; then reads them back. */
async function setWeights(step: Step, context: StepContext, connection: Connection, wanted: Weights): Promise<Weights> {
  const now = await readWeights(step, context, connection);
  const order: (keyof Weights)[] = wanted.new >= now.new ? ["new", "old"] : ["old", "new"];
  for (const side of order) {
    context.assertLease();
    const answer = (await haproxyCommand(connection, context.egress, ["set", "weight", serverName(step, side), String(wanted[side])], context.signal)).trim();
    if (answer !== "") throw Object.assign(new Error(`HAProxy refused the weight: ${answer.slice(0, 300)}`), { definite: true });
    context.log(`set weight ${serverName(step, side)} ${wanted[side]}`);
  }
  const seen = await readWeights(step, context, connection);
  if (!same(seen, wanted)) throw new Error(`HAProxy has weights ${seen.old}/${seen.new} after they were set to ${wanted.old}/${wanted.new}.`);
  return seen;
}

function problem(error: unknown): StepResult {
  const definite = error instanceof Error && ("definite" in error || error.name === "EgressRefused");
  return { type: definite ? "failed" : "errored", reason: messageOf(error) };
}

async function attempt(work: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await work();
  } catch (error) {
    return problem(error);
  }
}

/** Answers of the new side since the baseline; a reload of HAProxy starts its counter again. */
function since(baseline: Facts | null, responses: number): { start: number; passed: number } {
  const start = typeof baseline?.responsesAtChange === "number" ? baseline.responsesAtChange : responses;
  return responses < start ? { start: 0, passed: responses } : { start, passed: responses - start };
}

/** What a reconciliation saw and did. */
export interface Reconciliation {
  /** Somebody else had changed the weights and they were set again. */
  repaired: boolean;
  found: Weights;
  wanted: Weights;
}

/**
 * Sets the weights again when they are not the ones of this step: a reload of HAProxy or a person changed them
 * (R-GRD-11). Called every 2 s while a run owns the split. @throws Error when HAProxy does not answer
 */
export async function reconcileTraffic(step: Step, context: StepContext): Promise<Reconciliation> {
  const wanted = weightsFor(step.with.percent);
  const connection = await open(step, context);
  const found = await readWeights(step, context, connection);
  if (same(found, wanted)) return { repaired: false, found, wanted };
  await setWeights(step, context, connection, wanted);
  return { repaired: true, found, wanted };
}

async function preflight(step: Step, context: StepContext): Promise<PreflightCheck[]> {
  const fix = "Correct the connection, backend and server names in the runbook.";
  try {
    const connection = await open(step, context);
    const level = (await haproxyCommand(connection, context.egress, ["show", "cli", "level"], context.signal)).trim();
    const stats = await readStats(step, context, connection);
    const checks: PreflightCheck[] = [{ name: "servers", level: "pass", message: `HAProxy knows ${serverName(step, "old")} and ${serverName(step, "new")}.` }];
    checks.push(
      level === "admin"
        ? { name: "permission", level: "pass", message: "The runtime API may set weights." }
        : {
            name: "permission",
            level: "block",
            message: `The runtime API has level "${level || "unknown"}".`,
            fix: "Give the socket `level admin` in haproxy.cfg.",
          },
    );
    for (const side of ["old", "new"] as const) {
      const status = stats[side].status;
      const up = /^(UP|DRAIN|no check)/.test(status);
      if (up) checks.push({ name: `${side} server`, level: "pass", message: `${serverName(step, side)} is ${status}.` });
      else if (side === "new" && step.with.percent > 0)
        checks.push({ name: "new server", level: "warn", message: `${serverName(step, side)} is ${status}.`, fix: "It must be up before this step." });
      else
        checks.push({
          name: `${side} server`,
          level: "warn",
          message: `${serverName(step, side)} is ${status}; a rollback would lead there.`,
          fix: "Bring it up first.",
        });
    }
    return checks;
  } catch (error) {
    return [{ name: "HAProxy", level: "block", message: messageOf(error), fix }];
  }
}

/**
 * Share of requests on the new server, as weights in HAProxy's runtime API. Class D: a declared state, set and read
 * back, harmless to repeat. A reload loses it, so the engine reconciles it. Undo is everything on the old server.
 */
export const trafficSet: Executor<"traffic.set"> = {
  kind: "traffic.set",
  version: 1,
  idempotency: "D",
  cancel: "immediate",
  timeoutMs: 30 * 60_000,
  attempts: 5,
  movesTraffic: true,
  preview: (step) => {
    const wanted = weightsFor(step.with.percent);
    return {
      summary: `${step.with.percent} % of the requests go to ${step.with.newServer}.`,
      lines: [
        `set weight ${serverName(step, "new")} ${wanted.new}`,
        `set weight ${serverName(step, "old")} ${wanted.old}`,
        ...(step.with.minRequests > 0 ? [`go on after ${step.with.minRequests} answers of ${step.with.newServer}`] : []),
      ],
      undo: `set weight ${serverName(step, "old")} 100, ${serverName(step, "new")} 0: everything on ${step.with.oldServer}`,
      reversible: true,
    };
  },
  preflight,
  observe: async (step, context) => {
    const connection = await open(step, context);
    const weights = await readWeights(step, context, connection);
    const stats = await readStats(step, context, connection);
    const facts = { weights, responsesAtChange: stats.new.responses };
    // Any other split is a state this step may start from: setting weights does not depend on what was there.
    return { state: sameShare(weights, weightsFor(step.with.percent)) ? "present" : "absent", facts };
  },
  apply: (step, context) =>
    attempt(async () => {
      const connection = await open(step, context);
      const before = await readStats(step, context, connection);
      if (step.with.percent > 0 && /^(DOWN|MAINT|NOLB)/.test(before.new.status)) {
        return { type: "failed", reason: `${serverName(step, "new")} is ${before.new.status}; no traffic was moved to it.` };
      }
      const weights = await setWeights(step, context, connection, weightsFor(step.with.percent));
      return { type: "done", output: { weights, percent: step.with.percent, responsesAtChange: before.new.responses } };
    }),
  verify: (step, context) =>
    attempt(async () => {
      const connection = await open(step, context);
      const weights = await readWeights(step, context, connection);
      if (!sameShare(weights, weightsFor(step.with.percent)))
        return { type: "errored", reason: `HAProxy has weights ${weights.old}/${weights.new}; somebody else changed them.` };
      if (step.with.minRequests === 0 || step.with.percent === 0) return { type: "done", output: { weights } };
      const stats = await readStats(step, context, connection);
      const { start, passed } = since(context.previous, stats.new.responses);
      const output = { weights, responsesAtChange: start, responses: passed };
      if (passed >= step.with.minRequests) return { type: "done", output };
      context.progress({ message: `${passed} of ${step.with.minRequests} answers`, done: passed, total: step.with.minRequests, unit: "answers" });
      return {
        type: "waiting",
        on: "samples",
        message: `${passed} of ${step.with.minRequests} answers of ${step.with.newServer}`,
        output,
        askAgainMs: ASK_AGAIN_MS,
      };
    }),
  undo: (step, context) =>
    attempt(async () => {
      const connection = await open(step, context);
      const weights = await setWeights(step, context, connection, weightsFor(0));
      return { type: "done", output: { weights, percent: 0 } };
    }),
};
