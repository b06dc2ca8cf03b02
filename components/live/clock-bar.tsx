import { clockText } from "@/components/migration/clock";
import type { RunView } from "@/components/migration/view";
import { driftText } from "@/components/migration/words";
import { Status } from "@/components/ui/status";

interface ClockBarProps {
  run: RunView;
  nowMs: number;
  contact: { lost: boolean; text: string };
}

/** State, clock, step, planned end and drift, age of what is shown: always in sight. */
export function ClockBar({ run, nowMs, contact }: ClockBarProps) {
  const wall = new Intl.DateTimeFormat("en-GB", { timeZone: run.timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
  const short = new Intl.DateTimeFormat("en-GB", { timeZone: run.timeZone, hour: "2-digit", minute: "2-digit" });
  const plannedEnd = run.startedAt === null || run.plannedMs === null ? null : Date.parse(run.startedAt) + run.plannedMs;
  return (
    <div className="sticky top-0 z-20 -mx-4 flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-y border-line bg-panel px-4 py-2 rail:-mx-6 rail:px-6">
      <span data-testid="run-status" data-status={run.status}>
        <Status tone={run.state.tone} className="text-base">
          {run.state.word}
        </Status>
      </span>
      <span data-testid="clock" className="num text-xl font-bold">
        {clockText(run, nowMs)}
      </span>
      <span className="num text-sm">
        step {run.stepNumber} of {run.steps.length}
      </span>
      {plannedEnd === null || run.ended ? null : (
        <span className="num text-sm text-ink-2">
          planned end {short.format(plannedEnd)}
          {run.driftMs === null ? "" : `, ${driftText(run.driftMs)}`}
        </span>
      )}
      {run.rollbackUntil === null || run.ended ? null : (
        <span className="num text-sm text-ink-2">roll back promised until {short.format(Date.parse(run.rollbackUntil))}</span>
      )}
      <span className="num ml-auto text-sm text-ink-2 max-sm:hidden">{wall.format(nowMs)}</span>
      {run.ended ? null : (
        <span data-testid="contact" className={contact.lost ? "num text-sm font-bold text-bad" : "num text-sm text-ink-2"}>
          {contact.text}
        </span>
      )}
    </div>
  );
}
