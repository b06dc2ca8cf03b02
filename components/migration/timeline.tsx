import { elapsedMs, triedText } from "@/components/migration/clock";
import type { RunView, StepView } from "@/components/migration/view";
import { CLASS_WORDS, KIND_WORDS } from "@/components/migration/words";
import { classNames } from "@/components/ui/class-names";
import { Status } from "@/components/ui/status";
import { formatClock, formatDuration } from "@/lib/core/duration";

interface Scale {
  /** Milliseconds of the whole width. */
  totalMs: number;
  zeroMs: number | null;
}

function scaleOf(run: RunView, nowMs: number): Scale {
  const zeroMs = run.startedAt === null ? null : Date.parse(run.startedAt);
  const ends = run.steps.map((step) => (step.endedAt === null || zeroMs === null ? 0 : Date.parse(step.endedAt) - zeroMs));
  const elapsed = zeroMs === null ? 0 : (run.endedAt === null ? nowMs : Date.parse(run.endedAt)) - zeroMs;
  return { totalMs: Math.max(1_000, run.plannedMs ?? 0, run.status === "observing" || run.ended ? 0 : elapsed, ...ends), zeroMs };
}

const percent = (part: number, scale: Scale) => `${Math.max(0, Math.min(100, (part / scale.totalMs) * 100)).toFixed(2)}%`;

/** Ghost bar (planned) and bar (actual) of one step. */
function Bars({ step, scale, nowMs }: { step: StepView; scale: Scale; nowMs: number }) {
  const planned = (step.expectedMs ?? 0) + (step.holdMs ?? 0);
  const elapsed = elapsedMs(step.startedAt, step.endedAt, nowMs);
  const start = step.startedAt === null || scale.zeroMs === null ? null : Date.parse(step.startedAt) - scale.zeroMs;
  const bad = step.status === "failed" || step.status === "errored";
  return (
    <span className="relative block h-4 overflow-hidden rounded bg-panel-2" aria-hidden="true">
      {planned > 0 ? (
        <span
          className="absolute inset-y-0 rounded border border-dashed border-line-strong"
          style={{ left: percent(step.plannedMs, scale), width: percent(planned, scale), minWidth: "3px" }}
        />
      ) : null}
      {start === null || elapsed === null ? null : (
        <span
          className={classNames(
            "absolute inset-y-1 rounded-sm",
            bad ? "bg-bad" : step.status === "undone" ? "bg-warn" : step.status === "succeeded" ? "bg-ok" : "bg-s2",
          )}
          style={{ left: percent(start, scale), width: percent(elapsed, scale), minWidth: "3px" }}
        />
      )}
      {beforeEnd(scale, nowMs, step) ? <span className="absolute inset-y-0 w-px bg-ink" style={{ left: percent(nowMs - (scale.zeroMs ?? 0), scale) }} /> : null}
    </span>
  );
}

function beforeEnd(scale: Scale, nowMs: number, step: StepView): boolean {
  return scale.zeroMs !== null && step.endedAt === null && nowMs - scale.zeroMs < scale.totalMs;
}

function times(step: StepView, nowMs: number): string {
  const elapsed = elapsedMs(step.startedAt, step.endedAt, nowMs);
  const planned = step.expectedMs === null ? null : formatDuration(step.expectedMs);
  if (elapsed === null) return planned === null ? "no expected time" : `${planned} planned`;
  return planned === null ? formatDuration(elapsed) : `${formatDuration(elapsed)} of ${planned}`;
}

/** All steps, past and future, planned against actual: an ordered list that is also the cutover timeline. */
export function Timeline({ run, nowMs }: { run: RunView; nowMs: number }) {
  const scale = scaleOf(run, nowMs);
  const gates = new Map(run.gates.map((gate) => [gate.gate, gate]));
  return (
    <ol className="grid gap-0" data-testid="steps" aria-label="Steps, planned and actual">
      {run.steps.map((step) => {
        const gate = gates.get(step.key);
        return (
          <li
            key={step.id}
            id={`step-${step.number}`}
            data-step={step.key}
            data-status={step.status}
            aria-current={run.current?.id === step.id ? "step" : undefined}
            className={classNames(
              "grid grid-cols-[2rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-b border-line px-1 py-2 text-sm sm:grid-cols-[2rem_minmax(0,5fr)_minmax(0,3fr)_10rem]",
              step.pointOfNoReturn && "border-t-2 border-t-bad",
              run.current?.id === step.id && "rounded-md bg-accent-soft",
            )}
          >
            <span className="num text-right text-ink-2">{step.number}</span>
            <span className="min-w-0">
              <span className="block font-medium break-words">{step.title}</span>
              <span className="text-xs text-ink-2">
                {KIND_WORDS[step.kind]}
                {step.owner === null ? "" : ` · ${step.owner}`} · <span className="num">planned {formatClock(step.plannedMs)}</span>
                {gate === undefined ? null : <span> · ◆ approval {gate.state.word.toLowerCase()}</span>}
                {step.pointOfNoReturn ? <strong className="text-bad"> · point of no return</strong> : null}
                {step.downtime ? <span className="text-warn"> · downtime</span> : null}
                <span title={`If a worker is lost in it: ${CLASS_WORDS[step.idempotency].afterLoss}`}> · {CLASS_WORDS[step.idempotency].name}</span>
                {step.tries > 0 ? <span> · {triedText(step)}</span> : null}
              </span>
            </span>
            <span className="max-sm:order-last max-sm:col-span-2 max-sm:col-start-2">
              <Bars step={step} scale={scale} nowMs={nowMs} />
            </span>
            <span className="justify-self-end text-right">
              <Status tone={step.state.tone} className="sm:whitespace-nowrap">
                {step.state.word}
              </Status>
              <span className="num block text-xs text-ink-2">{times(step, nowMs)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
