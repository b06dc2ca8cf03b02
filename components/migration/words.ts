import type { StateWord } from "@/components/migration/view";
import { formatDuration } from "@/lib/core/duration";
import type { IdempotencyClass } from "@/lib/migration/executors/types";
import type { Baseline } from "@/lib/migration/guard-baseline";
import type { GuardSpec, RunMode, RunPart, RunStatus, StepKind, StepStatus } from "@/lib/migration/types";

/* Words for states. One word per state everywhere: pages, tab title, report. */

const RUN: Record<RunStatus, StateWord> = {
  draft: { word: "Draft", tone: "neutral" },
  "awaiting-approval": { word: "Waiting for approval", tone: "warn" },
  approved: { word: "Approved", tone: "ok" },
  running: { word: "Running", tone: "info" },
  paused: { word: "Paused", tone: "warn" },
  observing: { word: "Observing", tone: "info" },
  succeeded: { word: "Succeeded", tone: "ok" },
  "rolling-back": { word: "Rolling back", tone: "bad" },
  "rolled-back": { word: "Rolled back", tone: "warn" },
  aborted: { word: "Aborted", tone: "warn" },
  rejected: { word: "Rejected", tone: "bad" },
  "needs-attention": { word: "Needs attention", tone: "bad" },
};

/** The state of a run in words; a running run that waits says for whom, a wish on its way shows as such. */
export function runWord(run: { status: RunStatus; desired: string }, waitingFor: string | null): StateWord {
  if (run.status === "running" || run.status === "observing") {
    if (run.desired === "pause") return { word: "Pausing", tone: "warn" };
    if (run.desired === "abort") return { word: "Aborting", tone: "bad" };
    if (run.desired === "rollback") return { word: "Rolling back", tone: "bad" };
    if (run.status === "running" && waitingFor === "human") return { word: "Waiting for a person", tone: "warn" };
    if (run.status === "running" && waitingFor === "approval") return { word: "Waiting for approval", tone: "warn" };
  }
  return RUN[run.status];
}

const STEP: Record<StepStatus, StateWord> = {
  pending: { word: "To do", tone: "neutral" },
  running: { word: "Running", tone: "info" },
  waiting: { word: "Waiting", tone: "warn" },
  succeeded: { word: "Done", tone: "ok" },
  failed: { word: "Failed", tone: "bad" },
  errored: { word: "Could not tell", tone: "bad" },
  skipped: { word: "Skipped", tone: "neutral" },
  undoing: { word: "Undoing", tone: "warn" },
  undone: { word: "Undone", tone: "neutral" },
};

const WAITING: Record<string, string> = {
  human: "Waiting for a person",
  timer: "Holding",
  samples: "Waiting for samples",
  approval: "Waiting for approval",
};

export function stepWord(status: StepStatus, waitingFor: string | null): StateWord {
  if (status === "waiting" && waitingFor !== null) return { word: WAITING[waitingFor] ?? "Waiting", tone: waitingFor === "timer" ? "info" : "warn" };
  return STEP[status];
}

/** "Live run 4", "Rehearsal 3", "Decommission 5". */
export function runTitle(run: { mode: RunMode; part: RunPart; number: number }): string {
  if (run.part === "decommission") return `Decommission ${run.number}`;
  return `${run.mode === "live" ? "Live run" : "Rehearsal"} ${run.number}`;
}

export const KIND_WORDS: Record<StepKind | "traffic.shift" | "postgres.move", string> = {
  manual: "By hand",
  checklist: "Checklist",
  approval: "Approval",
  wait: "Wait",
  "http.check": "HTTP check",
  "tcp.check": "TCP check",
  "sql.check": "SQL check",
  "idle.check": "Nobody there",
  notify: "Notification",
  "postgres.copy": "Database copy",
  "postgres.sync": "Copy and keep in step",
  "postgres.switch": "Switch",
  "postgres.clean": "End of a move",
  "dns.set": "DNS records",
  "traffic.mirror": "Comparison of answers",
  "postgres.verify": "Database comparison",
  "postgres.move": "Database move",
  "traffic.set": "Traffic",
  "traffic.shift": "Traffic",
};

/** What the engine does with a step whose worker was lost: the idempotency class in words (R-ENG-5). */
export const CLASS_WORDS: Record<IdempotencyClass, { name: string; afterLoss: string }> = {
  P: { name: "reads only", afterLoss: "read again" },
  D: { name: "sets a state", afterLoss: "looked at, then set again where it differs" },
  C: { name: "makes what is absent", afterLoss: "looked for by name and owner; what is not ours is never touched" },
  J: { name: "starts from clean", afterLoss: "the target is proven ours, emptied, and the step begins anew" },
  M: { name: "only raises", afterLoss: "looked at, then raised where it is behind" },
  X: { name: "cannot be observed", afterLoss: "never repeated by itself: a person decides" },
};

const number = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });

/** `1,234 ms`, `0.42 %`; the unit only when there is one. */
export function withUnit(value: number, unit: string | undefined): string {
  const text = number.format(value);
  return unit === undefined || unit === "" ? text : `${text} ${unit}`;
}

/** The condition under which a guard trips, in words. */
export function conditionText(spec: Pick<GuardSpec, "title" | "op" | "value" | "unit" | "samples" | "of" | "baseline">): string {
  const word = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" }[spec.op];
  const row = spec.of === undefined || spec.of === spec.samples;
  const times = !row ? `${spec.samples} of ${spec.of} samples` : spec.samples === 1 ? "once" : `${spec.samples} samples in a row`;
  const ratio =
    spec.baseline === undefined
      ? ""
      : ` or ${word} ${number.format(spec.baseline.ratio)} times the time before (from ${withUnit(spec.baseline.floor, spec.unit)})`;
  return `${spec.title} ${word} ${withUnit(spec.value, spec.unit)}${ratio}, ${times}`;
}

/** What was normal before the change; null where the guard does not ask for it. */
export function baselineText(spec: Pick<GuardSpec, "unit" | "baseline">, known: Baseline | null): string | null {
  if (spec.baseline === undefined) return null;
  if (known === null) return "Baseline: recorded with the first change of traffic.";
  if (known.type === "missing") return `No baseline, only the absolute limit holds: ${known.reason}.`;
  return `Before the change: ${withUnit(known.median, spec.unit)} (${number.format(known.count)} values, ${number.format(known.low)} to ${withUnit(known.high, spec.unit)}).`;
}

/** `0.58 % below the limit`, `at the limit`, `12 ms over the limit`. */
export function marginText(spec: Pick<GuardSpec, "op" | "value" | "unit">, value: number): string {
  const over = spec.op === ">" || spec.op === ">=" ? value - spec.value : spec.value - value;
  if (over === 0) return "at the limit";
  const high = spec.op === ">" || spec.op === ">=";
  const side = over < 0 ? (high ? "below" : "above") : high ? "over" : "under";
  return `${withUnit(Math.abs(over), spec.unit)} ${side} the limit`;
}

interface GuardNow {
  state: string;
  badStreak: number;
  lastVerdict: string | null;
}

const CANNOT: StateWord = { word: "Cannot evaluate", tone: "bad" };

/** The state of a guard in words. No data is never "OK" and never looks like it. */
export function guardWord(guard: GuardNow, spec: Pick<GuardSpec, "samples" | "of" | "arm">): StateWord {
  const silent = guard.lastVerdict === "nodata" || guard.lastVerdict === "error";
  const bad: StateWord = { word: `Bad ${guard.badStreak} of ${spec.of ?? spec.samples}`, tone: "bad" };
  switch (guard.state) {
    case "tripped":
      return { word: "Tripped", tone: "bad" };
    case "disarmed":
      return { word: "Disarmed", tone: "neutral" };
    case "bad":
      return silent ? CANNOT : bad;
    case "inconclusive":
      return silent ? CANNOT : { word: "Too few samples", tone: "unknown" };
    case "armed":
      if (silent) return CANNOT;
      if (guard.lastVerdict === "ok") return { word: "OK", tone: "ok" };
      return guard.lastVerdict === "bad" ? bad : { word: "No sample yet", tone: "unknown" };
    default:
      return { word: spec.arm === "traffic" ? "Arms with traffic" : "Arms at start", tone: "neutral" };
  }
}

/** `4 min late`, `on time`, `2 min early`; below 30 s counts as on time. */
export function driftText(ms: number): string {
  if (Math.abs(ms) < 30_000) return "on time";
  return `${formatDuration(Math.abs(ms))} ${ms > 0 ? "late" : "early"}`;
}
