import { CLASS_WORDS, KIND_WORDS } from "@/components/migration/words";
import { CopyButton } from "@/components/ui/copy-button";
import type { IdempotencyClass } from "@/lib/migration/executors/types";
import type { StepKind } from "@/lib/migration/types";

export interface PreviewItem {
  number: number;
  key: string;
  title: string;
  kind: StepKind;
  summary: string;
  lines: string[];
  undo: string;
  reversible: boolean;
  idempotency: IdempotencyClass;
  pointOfNoReturn: boolean;
}

/** What will run, step by step: exact commands, SQL and weights as the executors will use them. */
export function PreviewList({ steps }: { steps: PreviewItem[] }) {
  return (
    <ol className="divide-y divide-line" data-testid="will-run">
      {steps.map((step) => (
        <li key={step.key} className="grid gap-1 py-2 text-sm">
          <p className="font-medium break-words">
            <span className="num text-ink-2">{step.number}.</span> {step.title} <span className="font-normal text-ink-2">· {KIND_WORDS[step.kind]}</span>
            {step.pointOfNoReturn ? <strong className="text-bad"> · point of no return</strong> : null}
          </p>
          {step.summary === step.title ? null : <p className="break-words">{step.summary}</p>}
          {step.lines.length === 0 ? null : (
            <div className="flex items-start gap-2 rounded-md border border-line bg-panel-2 p-2">
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
                tabIndex={0}
                className="max-h-60 min-w-0 flex-1 overflow-auto text-xs"
              >
                <code className="break-words whitespace-pre-wrap">{step.lines.join("\n")}</code>
              </pre>
              <span className="max-sm:hidden">
                <CopyButton text={step.lines.join("\n")} />
              </span>
            </div>
          )}
          <p className="text-xs text-ink-2">
            <span className="font-semibold">If a worker is lost in it</span> (class {step.idempotency}, {CLASS_WORDS[step.idempotency].name}):{" "}
            {CLASS_WORDS[step.idempotency].afterLoss}.
          </p>
          <p className="text-xs text-ink-2">
            <span className="font-semibold">{step.reversible ? "Undo:" : "Cannot be undone:"}</span> {step.undo}
          </p>
        </li>
      ))}
    </ol>
  );
}
