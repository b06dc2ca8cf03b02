import { Badge, type Tone } from "@/components/ui/status";
import type { PlanChange, PlanDifference } from "@/lib/plan/diff";

const TONES: Record<PlanChange["kind"], Tone> = { added: "ok", changed: "info", removed: "warn" };
const SHOWN = 200;
const FIELDS = 6;

/** A value of a plan in one short line. */
function short(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Differences between two plans, by entry: what it is, its fields before and after, what applying it does. */
export function DifferenceView({ difference }: { difference: PlanDifference }) {
  const { changes, added, changed, removed } = difference;
  if (changes.length === 0) return <p className="text-ink-2">No entry differs.</p>;
  return (
    <div data-testid="difference">
      <p className="mb-2 font-semibold">
        {added} added, {changed} changed, {removed} removed.
      </p>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {changes.slice(0, SHOWN).map((change) => (
          <li key={`${change.kind} ${change.path} ${change.key}`} className="grid gap-1 px-3 py-2 text-sm">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Badge tone={TONES[change.kind]}>{change.kind}</Badge>
              <span className="text-ink-2">{change.entity}</span>
              <span className="font-semibold break-all">{change.name}</span>
              {change.key === change.name ? null : <code className="text-xs break-all text-ink-2">{change.key}</code>}
            </div>
            {change.fields.slice(0, FIELDS).map((field) => (
              <p key={field.field} className="break-words">
                <code>{field.field}</code> <del className="text-ink-2">{short(field.before)}</del> →{" "}
                <ins className="font-semibold no-underline">{short(field.after)}</ins>
              </p>
            ))}
            {change.fields.length > FIELDS ? <p className="text-ink-2">and {change.fields.length - FIELDS} more fields</p> : null}
            {change.effect === "" ? null : <p className="text-ink-2">{change.effect}</p>}
          </li>
        ))}
      </ul>
      {changes.length > SHOWN ? (
        <p className="mt-2 text-sm text-ink-2">
          The first {SHOWN} of {changes.length} are shown; all are applied.
        </p>
      ) : null}
    </div>
  );
}
