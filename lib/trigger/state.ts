import { meets } from "./evaluate";
import type { HoldMemory, HoldRule, TimedValue, Transition, TriggerState } from "./types";

/**
 * The hold-time machine.
 *
 * The hold is proven by samples, by their own times. The condition holds from the first to the last sample of an
 * unbroken run of samples that meet it; it fires once that run is at least `holdMs` long. So 24 hours of history count
 * although nothing evaluated them at the time, and one sample followed by silence proves nothing beyond its moment:
 * the time after the newest sample never counts. Without a hold a single sample is enough.
 *
 * A gap between two samples longer than `staleAfterMs` is silence, and so is the time since the newest sample once it is
 * that old. Silence means what the no-data policy says:
 *   unknown  the state is unknown; a new run starts with the next sample (default)
 *   ok       not met; a new run starts with the next sample
 *   keep     as before; a run goes on across the gap, but gains no length at its open end
 *   firing   met at once; a run that is true before and after the gap goes on
 * A metric without `staleAfterMs` never falls silent once it has a value. Before the first value, `unknown` and `keep` are unknown,
 * `ok` is inactive, `firing` fires.
 *
 * @param samples newer than memory.lastSampleAt, oldest first.
 */
export function advance(rule: HoldRule, memory: HoldMemory, samples: readonly TimedValue[], now: Date): { memory: HoldMemory; transitions: Transition[] } {
  const transitions: Transition[] = [];
  let current = memory;
  const move = (state: TriggerState, at: Date, changes: Partial<HoldMemory>) => {
    const next = { ...current, ...changes };
    if (state !== current.state || current.stateSince === null) {
      if (state !== current.state) transitions.push({ at, from: current.state, to: state, value: next.lastValue });
      next.state = state;
      next.stateSince = at;
    }
    current = next;
  };
  for (const sample of samples) {
    fallSilent(rule, current, sample.at, move);
    takeSample(rule, current, sample, move);
  }
  fallSilent(rule, current, now, move);
  return { memory: current, transitions };
}

type Move = (state: TriggerState, at: Date, changes: Partial<HoldMemory>) => void;

/** When the newest sample becomes stale; null when it never does or there is none. */
export function staleAt(rule: Pick<HoldRule, "staleAfterMs">, lastSampleAt: Date | null): Date | null {
  return rule.staleAfterMs === null || lastSampleAt === null ? null : new Date(lastSampleAt.getTime() + rule.staleAfterMs);
}

/** Applies the no-data policy to the time from the last sample until `until`. */
function fallSilent(rule: HoldRule, memory: HoldMemory, until: Date, move: Move): void {
  const since = staleAt(rule, memory.lastSampleAt);
  const never = memory.lastSampleAt === null;
  if (!never && (since === null || until.getTime() <= since.getTime())) return;
  // Before the first value there is no moment at which silence began; the state is set but nothing is put back in time.
  const at = since ?? until;
  if (rule.noData === "unknown") move("unknown", at, { trueSince: null });
  else if (rule.noData === "ok") move("inactive", at, { trueSince: null });
  else if (rule.noData === "firing") move("firing", at, { trueSince: memory.trueSince ?? (never ? null : at) });
  else move(memory.state, at, {});
}

function takeSample(rule: HoldRule, memory: HoldMemory, sample: TimedValue, move: Move): void {
  const seen = { lastValue: sample.value, lastSampleAt: sample.at };
  const met = meets(rule, sample.value);
  if (met !== true) {
    move(met === null ? "unknown" : "inactive", sample.at, { ...seen, trueSince: null });
    return;
  }
  const trueSince = memory.trueSince ?? sample.at;
  const held = sample.at.getTime() - trueSince.getTime() >= rule.holdMs;
  move(held ? "firing" : "pending", sample.at, { ...seen, trueSince });
}

/** How long the condition is proven to have held, in milliseconds; null while it is not met. */
export function heldMs(memory: Pick<HoldMemory, "trueSince" | "lastSampleAt">): number | null {
  if (memory.trueSince === null || memory.lastSampleAt === null) return null;
  return Math.max(0, memory.lastSampleAt.getTime() - memory.trueSince.getTime());
}
