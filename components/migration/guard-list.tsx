import type { GuardView, ReactionView } from "@/components/migration/view";
import { Status } from "@/components/ui/status";
import { formatAgo } from "@/lib/core/time";

const WIDTH = 120;
const HEIGHT = 22;

/** Ten minutes of samples with the limit as a dashed line; the figures stand beside it. */
function Strip({ guard }: { guard: GuardView }) {
  const values = guard.strip.filter((sample) => sample.value !== null);
  const first = guard.strip[0];
  const last = guard.strip.at(-1);
  if (first === undefined || last === undefined || values.length < 2) return <span className="max-sm:hidden" />;
  const from = Date.parse(first.at);
  const span = Math.max(1, Date.parse(last.at) - from);
  const top = Math.max(guard.limit, ...values.map((sample) => sample.value ?? 0)) * 1.1 || 1;
  const x = (at: string) => (((Date.parse(at) - from) / span) * (WIDTH - 4) + 2).toFixed(1);
  const y = (value: number) => (HEIGHT - 2 - (Math.max(0, value) / top) * (HEIGHT - 4)).toFixed(1);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-6 w-32 justify-self-end text-s2 max-sm:hidden" aria-hidden="true" preserveAspectRatio="none">
      <line
        x1="0"
        x2={WIDTH}
        y1={y(guard.limit)}
        y2={y(guard.limit)}
        stroke="var(--bad)"
        strokeWidth="1"
        strokeDasharray="4 3"
        vectorEffect="non-scaling-stroke"
      />
      <polyline
        points={values.map((sample) => `${x(sample.at)},${y(sample.value ?? 0)}`).join(" ")}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

const EFFECT = { rollback: "rolls back by itself", pause: "pauses the run until it is good again", hold: "holds the run" } as const;
const TIER = { fast: "fast tier", promql: "PromQL" } as const;

/** How long the automatic rollback took, as it was measured. */
export function ReactionLine({ reaction }: { reaction: ReactionView | null }) {
  if (reaction === null) return null;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const back = reaction.backAfterMs === null ? "traffic not back yet" : `traffic back after ${seconds(reaction.backAfterMs)}`;
  return (
    <p data-testid="reaction" className="num border-b border-line pb-2 text-sm break-words">
      <span className="font-medium">{reaction.guard}</span>: decided {seconds(reaction.decidedAfterMs)} after the first bad sample, {back}.
    </p>
  );
}

/** Guards with value, limit, margin and state word. Two lines each on a phone. */
export function GuardList({ guards, nowMs }: { guards: GuardView[]; nowMs: number }) {
  if (guards.length === 0) {
    return (
      <p data-testid="guards" className="text-sm text-ink-2">
        This runbook has no guards: nothing rolls back by itself.
      </p>
    );
  }
  return (
    <ul data-testid="guards" className="divide-y divide-line">
      {guards.map((guard) => {
        return (
          <li key={guard.key} data-guard={guard.key} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 py-2 text-sm">
            <span className="min-w-0 font-medium break-words">{guard.title}</span>
            <Status tone={guard.state.tone} className="justify-self-end">
              {guard.state.word}
            </Status>
            <span className="num min-w-0">
              <span className={guard.breached ? "font-bold text-bad" : "font-semibold"}>{guard.valueText}</span>{" "}
              <span className="text-ink-2">of {guard.limitText}</span>
              {guard.margin === null ? null : <span className="text-xs text-ink-2"> · {guard.margin}</span>}
            </span>
            <Strip guard={guard} />
            {guard.why === null ? null : <span className="col-span-2 text-xs break-words text-ink">{guard.why}</span>}
            {guard.baseline === null ? null : <span className="num col-span-2 text-xs text-ink-2">{guard.baseline}</span>}
            <span className="col-span-2 text-xs text-ink-2 max-sm:hidden">
              {TIER[guard.tier]}. {guard.condition}: {EFFECT[guard.effect]}
              {guard.at === null ? "" : `; last sample ${formatAgo(new Date(guard.at), new Date(nowMs))}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
