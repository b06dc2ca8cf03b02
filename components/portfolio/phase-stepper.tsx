import { classNames } from "@/components/ui/class-names";
import { PHASES, type PhaseName } from "@/lib/portfolio/types";

/** Where a project is on its way from assessing to retiring; a sentence on phones. */
export function PhaseStepper({ phase }: { phase: PhaseName }) {
  const at = PHASES.indexOf(phase);
  return (
    <>
      <p className="font-semibold sm:hidden">
        Phase {at + 1} of {PHASES.length}: {phase}
      </p>
      <ol className="hidden gap-1 sm:flex" aria-label="Phases">
        {PHASES.map((name, index) => (
          <li key={name} aria-current={index === at ? "step" : undefined} className="min-w-0 flex-1">
            <span className={classNames("block h-1.5 rounded-full", index < at ? "bg-accent/60" : index === at ? "bg-accent" : "bg-line")} />
            <span className={classNames("mt-1 block truncate text-sm", index === at ? "font-semibold text-ink" : "text-ink-2")}>
              {index < at ? <span className="sr-only">Done: </span> : null}
              {name}
              {index === at ? <span className="sr-only"> (now)</span> : null}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
