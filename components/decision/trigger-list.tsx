import { KIND_WORDS, STATE_WORDS, stateTone } from "@/components/decision/tones";
import { Badge } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/duration";
import type { DecisionView } from "@/lib/decision/types";
import { conditionText, formatMetric, holdOf } from "@/lib/decision/words";
import type { TriggerGroupView, TriggerView } from "@/lib/trigger/types";

const RANK = { firing: 0, pending: 1, unknown: 2, inactive: 3 };

/** All triggers with state, value, limit and how long the condition holds; rules for after a later move are folded. */
export function TriggerList({ view }: { view: DecisionView }) {
  const leaves = (group: TriggerGroupView) => group.triggers.some((trigger) => trigger.from === null || trigger.from === view.current?.key);
  const groups = [...view.groups].sort((a, b) => RANK[a.state] - RANK[b.state]);
  const [now, later] = [groups.filter(leaves), groups.filter((group) => !leaves(group))];
  const list = (some: TriggerGroupView[]) => (
    <div className="grid gap-4">
      {some.map((group) => (
        <Group key={group.key} group={group} view={view} />
      ))}
    </div>
  );
  if (now.length === 0) return list(later);
  return (
    <>
      {list(now)}
      {later.length === 0 ? null : (
        <details className="mt-4">
          <summary className="min-h-6 text-sm font-semibold text-accent">
            Rules that apply after another move ({later.length} {later.length === 1 ? "group" : "groups"})
          </summary>
          <div className="mt-3">{list(later)}</div>
        </details>
      )}
    </>
  );
}

function Group({ group, view }: { group: TriggerGroupView; view: DecisionView }) {
  const nameOf = (stack: string | null) => view.stacks.find((one) => one.key === stack)?.name ?? stack;
  const way = group.from === null && group.to === null ? "" : `: ${nameOf(group.from) ?? "any stack"}${group.to === null ? "" : ` to ${nameOf(group.to)}`}`;
  return (
    <section data-testid="trigger-group" aria-label={group.name}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3>{group.name}</h3>
        <Badge tone={stateTone(group.state, group.kind)}>{STATE_WORDS[group.state]}</Badge>
        <span className="text-sm text-ink-2">
          {KIND_WORDS[group.kind]}
          {group.kind === "block" ? " (wins over reasons to move)" : ""}
          {way}. {ruleText(group)}
        </span>
      </div>
      <ul className="mt-2 grid gap-px overflow-hidden rounded-lg border border-line bg-line">
        {group.triggers.map((trigger) => (
          <TriggerLine key={trigger.id} trigger={trigger} />
        ))}
      </ul>
    </section>
  );
}

function ruleText(group: TriggerGroupView): string {
  if (group.triggers.length === 1) return "One trigger.";
  return group.combine === "any" ? `Any of ${group.triggers.length} triggers is enough.` : `All ${group.triggers.length} triggers are needed.`;
}

function TriggerLine({ trigger }: { trigger: TriggerView }) {
  const yesNo = trigger.op === "is" && (trigger.value === 0 || trigger.value === 1);
  const value = trigger.lastValue === null ? "not known" : formatMetric(trigger.lastValue, yesNo ? "boolean" : "number", trigger.unit);
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 bg-panel px-3 py-2 text-sm">
      <Badge tone={stateTone(trigger.state, trigger.kind)}>{STATE_WORDS[trigger.state]}</Badge>
      <span className="font-semibold">{trigger.metricName}</span>
      <span className="num">
        {value} <span className="text-ink-2">(limit: {conditionText(trigger)})</span>
      </span>
      <HoldNote trigger={trigger} />
      {trigger.text === "" ? null : <span className="w-full text-xs text-ink-2">{trigger.text}</span>}
    </li>
  );
}

/** How long the condition has held and has to. */
function HoldNote({ trigger }: { trigger: TriggerView }) {
  const held = holdOf(trigger);
  if (trigger.holdMs === 0 && held === null) return null;
  const needed = trigger.holdMs === 0 ? "no hold time" : `must hold ${formatDuration(trigger.holdMs)}`;
  if (held === null) return <span className="text-xs text-ink-2">{needed}</span>;
  const percent = trigger.holdMs === 0 ? 100 : Math.min(100, (held / trigger.holdMs) * 100);
  return (
    <span className="inline-flex items-center gap-2 text-xs text-ink-2">
      {trigger.holdMs === 0 ? null : (
        <span className="h-1.5 w-16 overflow-hidden rounded-full bg-panel-2" aria-hidden="true">
          <span className="block h-full bg-ink" style={{ width: `${percent}%` }} />
        </span>
      )}
      held {held < 60_000 ? "from one sample" : formatDuration(held)}, {needed}
    </span>
  );
}
