import { stringify } from "yaml";
import { Commands } from "@/components/migration/commands";
import { KIND_WORDS } from "@/components/migration/words";
import { formatClock, formatDuration, parseDuration } from "@/lib/core/duration";
import type { RunbookStep } from "@/lib/migration/types";

interface RunbookStepsProps {
  steps: RunbookStep[];
  /** Planned start of each step in milliseconds, and of the end as total. */
  starts: number[];
  totalMs: number;
  /** What undoing each step means, in words. */
  undo: string[];
  /** What rehearsals say about each step, in words; null where there is nothing. */
  rehearsed?: (string | null)[];
}

/** Traffic stages as a table: what each stage waits for. */
function Stages({ step }: { step: Extract<RunbookStep, { kind: "traffic.shift" }> }) {
  return (
    <table className="w-full max-w-2xl text-sm">
      <caption className="sr-only">Traffic schedule of {step.title}</caption>
      <thead className="text-left text-ink-2">
        <tr>
          <th scope="col">New side</th>
          <th scope="col">Hold</th>
          <th scope="col">Answers needed</th>
          <th scope="col">Measured within</th>
          <th scope="col">Goes on</th>
        </tr>
      </thead>
      <tbody>
        {step.with.stages.map((stage) => (
          <tr key={stage.percent}>
            <th scope="row" className="num text-left font-medium">
              {stage.percent} %
            </th>
            <td className="num">{formatDuration(parseDuration(stage.hold))}</td>
            <td className="num">{stage.minRequests}</td>
            <td className="num">{stage.tolerance === "none" ? "not asked for" : `${stage.tolerance} points`}</td>
            <td>{stage.approval === true ? "after an approval" : "by itself"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function meta(step: RunbookStep): string {
  const expected = step.expected ?? (step.kind === "wait" ? step.with.for : undefined);
  return [
    KIND_WORDS[step.kind],
    step.owner ?? (step.kind === "manual" || step.kind === "checklist" ? "no owner" : null),
    expected === undefined ? null : `${formatDuration(parseDuration(expected))} expected`,
    step.hold === undefined ? null : `hold ${formatDuration(parseDuration(step.hold))}`,
    step.onFailure === "pause" ? null : step.onFailure === "rollback" ? "rolls back when it fails" : "goes on when it fails",
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

function Config({ step }: { step: RunbookStep }) {
  if (step.kind === "traffic.shift") return <Stages step={step} />;
  if (step.kind === "checklist") {
    return (
      <ul className="list-disc pl-5">
        {step.with.items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    );
  }
  const config = Object.keys(step.with).length === 0 ? "" : stringify(step.with, { lineWidth: 0 });
  return config === "" ? null : (
    <pre className="overflow-x-auto rounded-md border border-line bg-panel-2 p-2 text-xs">
      <code className="break-words whitespace-pre-wrap">{config}</code>
    </pre>
  );
}

/** Steps by phase with planned offset and bar; details on demand. An ordered list that is also the planned timeline. */
export function RunbookSteps({ steps, starts, totalMs, undo, rehearsed = [] }: RunbookStepsProps) {
  const phases: { title: string; steps: { step: RunbookStep; index: number }[] }[] = [];
  steps.forEach((step, index) => {
    const title = step.phase ?? "";
    const last = phases.at(-1);
    if (last !== undefined && last.title === title) last.steps.push({ step, index });
    else phases.push({ title, steps: [{ step, index }] });
  });
  const share = (ms: number) => `${((ms / Math.max(1, totalMs)) * 100).toFixed(2)}%`;
  return (
    <div className="grid gap-3" data-testid="runbook-steps">
      {phases.map((phase) => (
        <section key={`${phase.title} ${phase.steps[0]?.index}`}>
          {phase.title === "" ? null : <h3 className="pb-1 text-ink-2">{phase.title}</h3>}
          <ol start={(phase.steps[0]?.index ?? 0) + 1} className="divide-y divide-line border-y border-line">
            {phase.steps.map(({ step, index }) => (
              <li key={step.key} className={step.pointOfNoReturn ? "border-t-2 border-t-bad" : undefined}>
                <details className="group">
                  <summary className="grid min-h-11 cursor-pointer grid-cols-[2rem_minmax(0,1fr)_auto] items-center gap-x-3 px-1 py-1.5 text-sm sm:grid-cols-[2rem_minmax(0,5fr)_minmax(0,3fr)_5rem]">
                    <span className="num flex items-center justify-between text-ink-2">
                      <span aria-hidden="true" className="text-xs group-open:rotate-90">
                        ▸
                      </span>
                      {index + 1}
                    </span>
                    <span className="min-w-0">
                      <span className="block font-medium break-words">{step.title}</span>
                      <span className="text-xs text-ink-2">
                        {meta(step)}
                        {rehearsed[index] == null ? null : ` · ${rehearsed[index]}`}
                        {step.pointOfNoReturn ? <strong className="text-bad"> · point of no return</strong> : null}
                        {step.downtime ? <span className="text-warn"> · downtime</span> : null}
                      </span>
                    </span>
                    <span className="relative block h-3 rounded bg-panel-2 max-sm:hidden" aria-hidden="true">
                      <span
                        className="absolute inset-y-0 rounded bg-s2"
                        style={{ left: share(starts[index] ?? 0), width: share((starts[index + 1] ?? totalMs) - (starts[index] ?? 0)), minWidth: "3px" }}
                      />
                    </span>
                    <span className="num text-right text-xs text-ink-2">{formatClock(starts[index] ?? 0)}</span>
                  </summary>
                  <div className="grid gap-2 pb-3 pl-12 text-sm">
                    {step.instructions === undefined ? null : <p className="max-w-prose break-words whitespace-pre-wrap">{step.instructions}</p>}
                    <Commands commands={step.commands ?? []} />
                    <Config step={step} />
                    <p className="text-xs text-ink-2">
                      <span className="font-semibold">Undo:</span> {undo[index]}
                    </p>
                  </div>
                </details>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
