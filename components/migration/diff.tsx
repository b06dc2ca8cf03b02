import { classNames } from "@/components/ui/class-names";

/** One line of a difference, made on the server. */
export interface DiffLine {
  kind: "same" | "added" | "removed" | "gap";
  text: string;
}

const MARK = { same: " ", added: "+", removed: "−", gap: "…" } as const;
const WORD = { same: "", added: "added: ", removed: "removed: ", gap: "" } as const;

/** A difference of two texts; signs and words say what colours repeat. */
export function Diff({ lines, label }: { lines: DiffLine[]; label: string }) {
  if (lines.every((line) => line.kind === "same")) return <p className="text-sm text-ink-2">Nothing that runs is different.</p>;
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
      tabIndex={0}
      className="max-h-[32rem] overflow-auto rounded-md border border-line bg-panel-2 p-2 font-mono text-xs"
      aria-label={label}
      data-testid="diff"
    >
      {lines.map((line, index) => (
        <p
          // biome-ignore lint/suspicious/noArrayIndexKey: drawn once from the server, never reordered
          key={index}
          className={classNames(
            "break-words whitespace-pre-wrap",
            line.kind === "added" && "bg-ok-soft text-ok",
            line.kind === "removed" && "bg-bad-soft text-bad",
            line.kind === "gap" && "text-ink-2",
          )}
        >
          <span aria-hidden="true">{MARK[line.kind]} </span>
          <span className="sr-only">{WORD[line.kind]}</span>
          {line.text}
        </p>
      ))}
    </section>
  );
}
