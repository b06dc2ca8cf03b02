import type { RunView } from "@/components/migration/view";
import { Status } from "@/components/ui/status";
import { formatInstant } from "@/lib/core/time";

const TONES = { pass: "ok", warn: "warn", block: "bad" } as const;
const WORDS = { pass: "Passed", warn: "Look at this", block: "Blocks the start" } as const;
const ORDER = { block: 0, warn: 1, pass: 2 } as const;

/** The worker's checks before the start: blocking ones first, each with what to do. */
export function PreflightList({ run }: { run: Pick<RunView, "preflight" | "preflightAt" | "timeZone" | "status"> }) {
  if (run.preflightAt === null) {
    return (
      <p className="text-sm text-ink-2">
        {run.status === "draft"
          ? "The worker checks connections and targets once approval is requested."
          : "Not checked yet: the worker does it within seconds when it is running."}
      </p>
    );
  }
  const shown = run.preflight.toSorted((a, b) => ORDER[a.level] - ORDER[b.level]);
  const loud = shown.filter((check) => check.level !== "pass");
  const passed = shown.filter((check) => check.level === "pass");
  return (
    <div className="grid gap-2 text-sm" data-testid="preflight">
      <p className="text-ink-2">
        Checked {formatInstant(new Date(run.preflightAt), run.timeZone)}: {passed.length} passed, {loud.filter((check) => check.level === "warn").length} to
        look at, {loud.filter((check) => check.level === "block").length} blocking.
      </p>
      {loud.length === 0 ? null : (
        <ul className="divide-y divide-line">
          {loud.map((check) => (
            <li key={`${check.stepKey} ${check.name} ${check.message}`} className="py-1.5">
              <Status tone={TONES[check.level]}>{WORDS[check.level]}</Status> <code>{check.stepKey}</code> <span className="text-ink-2">{check.name}</span>{" "}
              <span className="block">{check.message}</span>
              {check.fix === null ? null : <span className="block text-ink-2">{check.fix}</span>}
            </li>
          ))}
        </ul>
      )}
      {passed.length === 0 ? null : (
        <details>
          <summary className="min-h-6 text-ink-2">{passed.length} passed</summary>
          <ul className="mt-1 grid gap-0.5">
            {passed.map((check) => (
              <li key={`${check.stepKey} ${check.name} ${check.message}`}>
                <code>{check.stepKey}</code> {check.message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
