import { Badge, type Tone } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import type { AlertRuleView, Level, RuleState } from "@/lib/alert/types";
import { formatDuration } from "@/lib/core/duration";
import { formatAmount, formatLimit, operatorWord } from "@/lib/decision/words";

const TONES: Record<RuleState, Tone> = { critical: "bad", warning: "warn", pending: "info", unknown: "unknown", ok: "ok" };
const WORDS: Record<RuleState, string> = { critical: "Critical", warning: "Warning", pending: "Waiting", unknown: "Unknown", ok: "Fine" };

const levelText = (level: Level | null, unit: string) => (level === null ? "–" : `${operatorWord(level.op)} ${formatLimit(level.value, unit)}`);

/** A value is there, and it is too old to judge by. */
const silent = (rule: AlertRuleView) => rule.state === "unknown" && rule.metric !== null && rule.lastValue !== null;
const SILENT = "the last value is too old to judge";

/** Alert rules with both levels on one line: a table on wide screens, cards on phones. */
export function RuleTable({ rules }: { rules: AlertRuleView[] }) {
  const valueText = (rule: AlertRuleView) => (rule.lastValue === null ? "not known" : formatAmount(rule.lastValue, rule.unit));
  return (
    <>
      <Table
        caption="Alert rules"
        hideOnPhone
        head={
          <tr>
            <Th>Rule</Th>
            <Th>Project</Th>
            <Th>State</Th>
            <Th>Value</Th>
            <Th>Warning</Th>
            <Th>Critical</Th>
            <Th>Must hold</Th>
            <Th>What to do</Th>
          </tr>
        }
      >
        {rules.map((rule) => (
          <tr key={rule.id} data-testid="alert-rule">
            <RowTh>
              {rule.name}
              {rule.expr === null ? null : <code className="block text-xs font-normal break-all whitespace-pre-wrap text-ink-2">{rule.expr}</code>}
              {rule.text === "" ? null : <span className="block text-xs font-normal whitespace-pre-line text-ink-2">{rule.text}</span>}
              <ImportMark rule={rule} />
            </RowTh>
            <Td>{rule.project.name}</Td>
            <Td>
              <StateBadges rule={rule} />
              {rule.metric === null ? <span className="block text-xs text-ink-2">PromQL rules are kept, not evaluated here</span> : null}
              {silent(rule) ? <span className="block text-xs text-ink-2">{SILENT}</span> : null}
            </Td>
            <Td className="num">{valueText(rule)}</Td>
            <Td className="num whitespace-nowrap">{levelText(rule.warning, rule.unit)}</Td>
            <Td className="num whitespace-nowrap">{levelText(rule.critical, rule.unit)}</Td>
            <Td className="whitespace-nowrap">{rule.holdMs === 0 ? "–" : formatDuration(rule.holdMs)}</Td>
            <Td>{rule.action || "–"}</Td>
          </tr>
        ))}
      </Table>
      <ul className="grid gap-2 sm:hidden">
        {rules.map((rule) => (
          <li key={rule.id} className="rounded-lg border border-line p-3">
            <div className="flex flex-wrap items-center gap-2">
              <StateBadges rule={rule} />
              <span className="font-semibold">{rule.name}</span>
              <span className="text-sm text-ink-2">{rule.project.name}</span>
            </div>
            <p className="num mt-1 text-sm">
              {valueText(rule)}; warning {levelText(rule.warning, rule.unit)}, critical {levelText(rule.critical, rule.unit)}
              {rule.holdMs === 0 ? "" : `, for ${formatDuration(rule.holdMs)}`}
            </p>
            {rule.expr === null ? null : <code className="block text-xs break-all text-ink-2">{rule.expr}</code>}
            {rule.action === "" ? null : <p className="text-sm break-words text-ink-2">{rule.action}</p>}
            <ImportMark rule={rule} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The severity is the rule's own word and no state: it has no colour. */
function StateBadges({ rule }: { rule: AlertRuleView }) {
  return (
    <>
      {rule.goneAt === null ? <Badge tone={TONES[rule.state]}>{WORDS[rule.state]}</Badge> : <Badge tone="warn">Gone</Badge>}
      {rule.severity === "" ? null : <span className="block text-xs text-ink-2">severity: {rule.severity}</span>}
    </>
  );
}

/** Where an imported rule comes from, and that its source no longer has it. */
function ImportMark({ rule }: { rule: AlertRuleView }) {
  if (rule.origin !== "import") return null;
  return (
    <span data-testid="import-mark" className="block text-xs font-normal text-ink-2">
      <code className="break-all">
        {rule.source}: {rule.address}
      </code>
      {rule.goneAt === null ? "" : " (no longer in its source)"}
    </span>
  );
}
