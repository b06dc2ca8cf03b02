import type { Check, Noticed, Rule } from "../../types";

/** "Consistently" is no length of time. */
const check: Check = (plan) => {
  const words = plan.triggers.flatMap((trigger, i) => (trigger.forText === undefined ? [] : [{ trigger, path: `triggers[${i}]` }]));
  const groups = new Map<string, typeof words>();
  for (const entry of words) {
    const key = entry.trigger.group ?? `${entry.trigger.from ?? ""}>${entry.trigger.to ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap((entries): Noticed[] => {
    const first = entries[0];
    if (first === undefined) return [];
    const open = entries.every(({ trigger }) => trigger.for === undefined);
    const texts = entries.map(({ trigger }) => `${trigger.metric} "${trigger.forText}"${trigger.for === undefined ? "" : ` (${trigger.for} is used)`}`);
    return [
      {
        code: rule.code,
        level: open ? "warning" : "info",
        path: first.path,
        also: entries.slice(1).map(({ path }) => path),
        message: `Words instead of a length of time: ${texts.join(", ")}.`,
        expected: "for: 24h",
        found: first.trigger.forText ?? "",
        hint: "Say for how long the condition must hold.",
      },
    ];
  });
};

const plan = (hold: string) => `metrics: [{ key: cpu, name: CPU, unit: percent }]
triggers: [{ key: busy, metric: cpu, op: ">", value: 70, ${hold} }]
`;

export const rule: Rule = {
  code: "trigger-without-window",
  family: "triggers-and-thresholds",
  levels: ["warning", "info"],
  says: 'A trigger must hold "consistently" or "regularly", which is no length of time.',
  example: { wrong: plan("forText: consistently"), finds: 'Words instead of a length of time: cpu "consistently".', right: plan("for: 24h") },
  check,
};
