import type { GuardView } from "@/components/migration/view";
import { conditionText, guardWord, marginText, withUnit } from "@/components/migration/words";
import { isBreach } from "@/lib/migration/guards";
import type { GuardState } from "@/lib/migration/snapshot";

export interface StripSample {
  at: Date;
  value: number | null;
  verdict: string;
}

/** One guard as the pages show it: value, limit, margin, state word; no data is its own state. */
export function guardView(guard: GuardState, strip: readonly StripSample[]): GuardView {
  const { spec, lastValue } = guard;
  const idle = guard.state === "idle";
  return {
    key: spec.key,
    title: spec.title,
    condition: conditionText(spec),
    state: guardWord(guard, spec),
    value: lastValue,
    breached: lastValue !== null && isBreach(spec, lastValue),
    valueText: lastValue === null ? (idle ? "not measured yet" : "no value") : withUnit(lastValue, spec.unit),
    limitText: withUnit(spec.value, spec.unit),
    margin: lastValue === null ? null : marginText(spec, lastValue),
    used: lastValue === null ? null : usedShare(spec, lastValue),
    effect: spec.effect,
    at: guard.lastUsableAt?.toISOString() ?? null,
    trippedAt: guard.trippedAt?.toISOString() ?? null,
    strip: strip.map((sample) => ({ at: sample.at.toISOString(), value: sample.value, verdict: sample.verdict })),
    limit: spec.value,
  };
}

/** How much of the way to the limit is used; only where a share means something (positive limits). */
function usedShare(spec: GuardState["spec"], value: number): number | null {
  if (spec.value <= 0 || value < 0) return null;
  return spec.op === ">" || spec.op === ">=" ? value / spec.value : value === 0 ? null : spec.value / value;
}
