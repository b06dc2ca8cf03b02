import type { Check, Noticed, Rule } from "../../types";

/** Reasons to move and reasons to stay that can hold at the same time, and nothing says which of them wins. */
const check: Check = (plan) => {
  const groups = new Map(plan.triggerGroups.map((group) => [group.key, group]));
  const kindOf = (trigger: (typeof plan.triggers)[number]) =>
    trigger.kind === "migrate" ? (groups.get(trigger.group ?? "")?.kind ?? "migrate") : trigger.kind;
  const all = plan.triggers.map((trigger, i) => ({ trigger, kind: kindOf(trigger), path: `triggers[${i}]` }));
  const noticed: Noticed[] = [];
  for (const block of plan.triggerGroups.filter((group) => group.kind === "block" && (group.overrides?.length ?? 0) === 0)) {
    const stays = all.filter(({ trigger, kind }) => kind === "block" && trigger.group === block.key);
    const moves = all.filter(({ trigger, kind }) => kind === "migrate" && endsMeet(trigger, block) && groups.get(trigger.group ?? "")?.combine !== "all");
    // Limits of one metric cannot both hold; those of two metrics can.
    const both = stays.flatMap((stay) => moves.filter((move) => move.trigger.metric !== stay.trigger.metric).map((move) => ({ stay, move })));
    const pair = both[0];
    if (pair === undefined) continue;
    const shared = stays.flatMap((stay) => moves.filter((move) => move.trigger.metric === stay.trigger.metric).flatMap((move) => [stay.path, move.path]));
    noticed.push({
      code: rule.code,
      level: "info",
      path: `triggerGroups[${plan.triggerGroups.indexOf(block)}]`,
      also: [...new Set([...shared.slice(0, 4), pair.stay.path, pair.move.path])],
      message: `"${block.name}" and ${pair.move.trigger.metric} can hold at the same time, and the plan does not say which wins.`,
      expected: "overrides",
      hint: "Say that the reason to stay wins (overrides), or that it does not.",
    });
  }
  return noticed;
};

function endsMeet(trigger: { from?: string | undefined; to?: string | undefined }, group: { from?: string | undefined; to?: string | undefined }): boolean {
  const meet = (a: string | undefined, b: string | undefined) => a === undefined || b === undefined || a === b;
  return meet(trigger.from, group.from) && meet(trigger.to, group.to);
}

const plan = (overrides: string) => `metrics: [{ key: users, name: Users, unit: users }, { key: storage, name: Storage, unit: GB }]
triggerGroups: [{ key: go, name: Move }, { key: stay, name: Too early, kind: block${overrides} }]
triggers:
  - { key: large, group: go, metric: storage, op: ">", value: 100 }
  - { key: few, group: stay, kind: block, metric: users, op: "<", value: 2000 }
`;

export const rule: Rule = {
  code: "trigger-vs-block-precedence",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "A reason to move and a reason to stay can hold at once, and nothing says which wins.",
  example: {
    wrong: plan(""),
    finds: '"Too early" and storage can hold at the same time, and the plan does not say which wins.',
    right: plan(", overrides: [go]"),
  },
  check,
};
