import type { ReactNode } from "react";
import { Facts } from "@/components/ui/layout";

/** What a plan declares around a migration, reduced to what is drawn. */
export interface PlanNotes {
  description: string | null;
  cutover: { offset: string | null; at: string | null; title: string }[];
  traffic: { percent: number; at: string | null; hold: string | null; criteria: string | null }[];
  phases: { title: string; when: string | null; goal: string | null; done: number; steps: { title: string; done: boolean }[] }[];
  rollback: { conditions: string[]; steps: string[]; deadline: string | null };
  facts: { name: string; value: ReactNode }[];
  after: string[];
}

/** The cutover timeline as the plan has it: times on the clock, before and after zero. */
function Cutover({ events }: { events: PlanNotes["cutover"] }) {
  return (
    <ol className="relative ml-2 grid gap-2 border-l-2 border-line-strong pl-4 text-sm" data-testid="cutover-timeline">
      {events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: drawn once on the server
        <li key={index} className="relative">
          <span aria-hidden="true" className="absolute top-1.5 -left-[1.42rem] size-2.5 rounded-full border-2 border-accent bg-panel" />
          <span className="num mr-2 font-semibold">{event.offset ?? event.at ?? "then"}</span>
          {event.title}
        </li>
      ))}
    </ol>
  );
}

function Phases({ phases }: { phases: PlanNotes["phases"] }) {
  return (
    <div className="grid gap-1">
      {phases.map((phase) => (
        <details key={phase.title} className="group">
          <summary className="flex min-h-9 flex-wrap items-baseline gap-x-3 text-sm max-rail:min-h-11">
            <span aria-hidden="true" className="text-xs text-ink-2 group-open:rotate-90">
              ▸
            </span>
            <span className="font-medium">{phase.title}</span>
            <span className="text-ink-2">
              {phase.when === null ? "" : `${phase.when} · `}
              {phase.done} of {phase.steps.length} done
            </span>
          </summary>
          {phase.goal === null ? null : <p className="pl-4 text-sm text-ink-2">{phase.goal}</p>}
          <ul className="grid gap-0.5 pb-2 pl-4 text-sm">
            {phase.steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: drawn once on the server
              <li key={index}>
                <span aria-hidden="true">{step.done ? "☑" : "☐"}</span> <span className="sr-only">{step.done ? "done: " : "open: "}</span>
                {step.title}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <div>
      <h3 className="pb-1">{title}</h3>
      <ul className="list-disc pl-5 text-sm">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

/** Timeline, schedule, phases, rollback and what comes after, as the plan declares them. */
export function PlanNotesView({ notes }: { notes: PlanNotes }) {
  return (
    <div className="grid gap-5">
      {notes.facts.length === 0 ? null : <Facts items={notes.facts} />}
      {notes.cutover.length === 0 ? null : (
        <div>
          <h3 className="pb-2">Cutover timeline</h3>
          <Cutover events={notes.cutover} />
        </div>
      )}
      {notes.traffic.length === 0 ? null : (
        <div>
          <h3 className="pb-1">Traffic schedule</h3>
          <ul className="grid gap-1 text-sm">
            {notes.traffic.map((stage, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two stages may have the same share
              <li key={index} className="grid grid-cols-[4rem_minmax(0,1fr)] items-center gap-3">
                <span className="num font-semibold">{stage.percent} %</span>
                <span>
                  <span className="block h-2 rounded bg-s1">
                    <span className="block h-2 rounded bg-s2" style={{ width: `${stage.percent}%` }} />
                  </span>
                  <span className="text-xs text-ink-2">
                    {[stage.at, stage.hold === null ? null : `hold ${stage.hold}`, stage.criteria].filter(Boolean).join(" · ")}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {notes.phases.length === 0 ? null : (
        <div>
          <h3 className="pb-1">Phases</h3>
          <Phases phases={notes.phases} />
        </div>
      )}
      <Lines title="Rolled back when" lines={notes.rollback.conditions} />
      <Lines title="Rollback steps by hand" lines={notes.rollback.steps} />
      <Lines title="After the cutover" lines={notes.after} />
    </div>
  );
}
