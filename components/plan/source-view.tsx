import { classNames } from "@/components/ui/class-names";

/** Longer texts are cut: a browser does not draw them in reasonable time. */
const SHOWN = 6_000;
const LINE_SHOWN = 2_000;

/** The text of a plan with line numbers to link to; lines a finding rests on are marked. */
export function SourceView({ text, marked }: { text: string; marked: ReadonlySet<number> }) {
  const all = text.replace(/\n$/, "").split("\n");
  const lines = all.slice(0, SHOWN);
  return (
    <>
      {all.length > SHOWN ? (
        <p className="mb-2 text-sm text-ink-2">
          The first {SHOWN.toLocaleString("en-US")} of {all.length.toLocaleString("en-US")} lines are shown; the download has all of them.
        </p>
      ) : null}
      {/* A scrollable region must be reachable by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1) */}
      <section aria-label="Source of the plan" tabIndex={0} className="overflow-x-auto rounded-xl border border-line bg-panel py-2 font-mono text-xs leading-5">
        <ol>
          {lines.map((line, index) => {
            const number = index + 1;
            return (
              <li
                key={number}
                id={`L${number}`}
                className={classNames("flex w-max min-w-full scroll-mt-24 px-3 target:bg-accent-soft", marked.has(number) && "bg-warn-soft")}
              >
                <a href={`#L${number}`} className="w-12 shrink-0 pr-3 text-right text-ink-2 no-underline select-none" aria-label={`Line ${number}`}>
                  {number}
                </a>
                <span className="whitespace-pre">{line === "" ? " " : line.length > LINE_SHOWN ? `${line.slice(0, LINE_SHOWN)} …` : line}</span>
              </li>
            );
          })}
        </ol>
      </section>
    </>
  );
}
