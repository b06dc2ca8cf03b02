import type { Unknown } from "@/lib/migration/unknown";

const CHOICE: Record<Unknown["choices"][number]["command"], string> = {
  retry: "Try again",
  confirm: "Mark as done",
  skip: "Skip",
  rollback: "Roll back",
  abort: "Abort",
};

/** What was seen of an effect that could not be told, and what each choice of the person does (R-ENG-4). */
export function UnknownChoices({ unknown }: { unknown: Unknown }) {
  return (
    <section className="grid gap-2 rounded-md border border-bad p-3 text-sm" aria-label="What was observed, and what each choice does" data-testid="unknown">
      <p className="font-semibold break-words">{unknown.observed}</p>
      <dl className="grid gap-1 sm:grid-cols-[8rem_minmax(0,1fr)]">
        {unknown.choices.map((choice) => (
          <div key={choice.command} className="contents">
            <dt className="font-medium">{CHOICE[choice.command]}</dt>
            <dd className="mb-1 text-ink-2 sm:mb-0">{choice.does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
