import type { TripDecision } from "./guard-actions";
import { crossedLimit } from "./guard-baseline";
import { windowOf } from "./guard-types";
import type { Judgement } from "./guards";
import type { GuardState } from "./snapshot";

/** Why the guard tripped and what follows, in sentences; `limit` is the one that was passed, null where none was. Pure. */
export function tripWords(
  guard: Pick<GuardState, "spec" | "baseline">,
  judgement: Judgement,
  decision: TripDecision,
): { reason: string; consequence: string; limit: number | null } {
  const { spec } = guard;
  const crossed = judgement.tripped === "breach" && judgement.lastValue !== null ? crossedLimit(spec, guard.baseline, judgement.lastValue) : null;
  const limit = crossed?.value ?? (judgement.tripped === "breach" ? spec.value : null);
  const unit = spec.unit === undefined ? "" : ` ${spec.unit}`;
  const from = crossed?.kind === "baseline" ? ` (${spec.baseline?.ratio} times the time before the change)` : "";
  const times = windowOf(spec) > spec.samples ? `${judgement.badStreak} of the last ${windowOf(spec)} times` : `${judgement.badStreak} times in a row`;
  const measured = judgement.tripped === "breach" ? `measured ${judgement.lastValue}, limit ${spec.op} ${limit}${unit}${from}, ${times}` : judgement.detail;
  const why = decision.why === "" ? "" : `: ${decision.why}`;
  const consequences: Record<TripDecision["action"], string> = {
    rollback: "Rolling back.",
    pause: `The run is paused${why}.`,
    hold: `The run is held${why}.`,
    alarm: `Alarm only${why}.`,
    defer: "",
  };
  return { reason: `Guard "${spec.title}": ${measured.replace(/\.$/, "")}.`, consequence: consequences[decision.action], limit };
}
