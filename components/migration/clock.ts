import type { StepView } from "@/components/migration/view";
import { formatClock, formatDuration } from "@/lib/core/duration";

/** What the clock of a run runs from and where it stands still. */
export interface ClockFacts {
  startedAt: string | null;
  endedAt: string | null;
}

/** Milliseconds on the cutover clock at `nowMs` (server time); null before the start. */
export function clockMs(run: ClockFacts, nowMs: number): number | null {
  if (run.startedAt === null) return null;
  const end = run.endedAt === null ? nowMs : Date.parse(run.endedAt);
  return end - Date.parse(run.startedAt);
}

/** `T+06:12`; `not started` before it, where there is nothing to count yet. */
export function clockText(run: ClockFacts, nowMs: number): string {
  const ms = clockMs(run, nowMs);
  return ms === null ? "not started" : formatClock(Math.max(0, ms));
}

/** `5.4 s`, `2 min 10 s` between two times; the end may be now. */
export function elapsedMs(startedAt: string | null, endedAt: string | null, nowMs: number): number | null {
  if (startedAt === null) return null;
  return Math.max(0, (endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt));
}

/** How often a step was tried: `tries` counts those that ended badly, and a step that goes on or succeeded has one more. */
export function triedText({ tries, status }: Pick<StepView, "tries" | "status">): string {
  const times = status === "errored" || status === "failed" ? tries : tries + 1;
  return times === 1 ? "tried once" : `tried ${times} times`;
}

/** What the clock says about the step at hand: how long it holds, when it is tried again, or how long it has taken of what was expected. */
export function stepTiming(step: Pick<StepView, "status" | "waitingFor" | "dueAt" | "startedAt" | "endedAt" | "expectedMs" | "tries">, nowMs: number): string {
  const left = step.dueAt === null ? null : formatDuration(Math.max(0, Date.parse(step.dueAt) - nowMs));
  if (step.status === "waiting" && step.waitingFor === "timer" && left !== null) return `holding, ${left} left`;
  if ((step.status === "errored" || step.status === "failed") && step.tries > 0)
    return step.status === "errored" && left !== null ? `${triedText(step)}, next try in ${left}` : triedText(step);
  const elapsed = elapsedMs(step.startedAt, step.endedAt, nowMs);
  const expected = step.expectedMs === null ? "no expected time given" : `${formatDuration(step.expectedMs)} expected`;
  return elapsed === null ? expected : `${formatDuration(elapsed)} so far, ${expected}`;
}

/** Seconds since the last news after which a page must say that it may be old. */
export const LOST_AFTER_MS = 10_000;

/** `live, 2 s`, or how old what is shown is. `ageMs` is the time since the last successful contact. */
export function contactText(ageMs: number): { lost: boolean; text: string } {
  const seconds = Math.max(0, Math.floor(ageMs / 1_000));
  return ageMs >= LOST_AFTER_MS ? { lost: true, text: `Last update ${seconds} s ago` } : { lost: false, text: `live, ${seconds} s` };
}

/** Tab title: state as symbol and word, time, project. */
export function tabTitle(run: ClockFacts & { state: { word: string; tone: string }; project: { name: string } }, nowMs: number): string {
  const symbol = { ok: "✓", warn: "⏸", bad: "!", info: "▶", unknown: "?", neutral: "·" }[run.state.tone] ?? "·";
  const clock = run.startedAt === null ? "" : ` ${clockText(run, nowMs)}`;
  return `${symbol} ${run.state.word}${clock} ${run.project.name}`;
}
