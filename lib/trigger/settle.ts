import type { Tx } from "@/lib/db/transaction";
import { historyUntil, nextSampleAt, samplesAfter } from "./history";
import { advance, staleAt } from "./state";
import { FORGOTTEN, type HoldMemory, type HoldRule, type Transition } from "./types";

/** What an evaluation of one condition came to. */
export interface Settled {
  memory: HoldMemory;
  transitions: Transition[];
  /** When time alone may change the state again; null never. */
  checkAt: Date | null;
}

/** More changes than this in one evaluation are flapping: the newest are kept. */
const MAX_TRANSITIONS = 100;

/**
 * Brings one condition up to date at `now`: goes on from what is remembered, or reads history again when `replay` says
 * that the past or the rule changed. A replay reports only the difference between the old and the new state, not the
 * changes on the way, which would be told twice.
 */
export async function settle(
  db: Pick<Tx, "query">,
  where: { projectId: string; metricId: string },
  rule: HoldRule,
  before: HoldMemory,
  options: { replay: boolean; now: Date },
): Promise<Settled> {
  const { now } = options;
  const fresh = options.replay || before.lastSampleAt === null ? null : await samplesAfter(db, where.projectId, where.metricId, before.lastSampleAt, now);
  const result = fresh === null ? await replay(db, where, rule, before, now) : advance(rule, before, fresh, now);
  const [stale, next] = [staleAt(rule, result.memory.lastSampleAt), await nextSampleAt(db, where.projectId, where.metricId, now)];
  const ahead = [stale, next].filter((at): at is Date => at !== null && at.getTime() >= now.getTime()).map((at) => at.getTime());
  return {
    memory: result.memory,
    transitions: result.transitions.slice(-MAX_TRANSITIONS),
    // One millisecond later, because a value is stale after its limit, not at it.
    checkAt: ahead.length === 0 ? null : new Date(Math.min(...ahead) + 1),
  };
}

async function replay(db: Pick<Tx, "query">, where: { projectId: string; metricId: string }, rule: HoldRule, before: HoldMemory, now: Date) {
  const history = await historyUntil(db, where.projectId, where.metricId, rule, now);
  const { memory } = advance(rule, FORGOTTEN, history, now);
  if (memory.state === before.state) return { memory, transitions: [] };
  const at = memory.stateSince ?? now;
  return { memory, transitions: [{ at, from: before.state, to: memory.state, value: memory.lastValue }] };
}
