import type { Check, Noticed } from "./types";

/** A stack that is entered when a metric passes a value must be able to carry more than that value. */
export const triggerAgainstCapacity: Check = (plan) => {
  const noticed: Noticed[] = [];
  const groups = new Map(plan.triggerGroups.map((group) => [group.key, group]));
  plan.triggers.forEach((trigger, i) => {
    if (typeof trigger.value !== "number" || (trigger.op !== ">" && trigger.op !== ">=") || trigger.kind !== "migrate") return;
    const value = trigger.value;
    const group = trigger.group === undefined ? undefined : groups.get(trigger.group);
    const limitOf = (key: string | undefined) => {
      const at = plan.stacks.findIndex((stack) => stack.key === key);
      const entry = plan.stacks[at]?.capacity.findIndex((capacity) => capacity.metric === trigger.metric) ?? -1;
      const capacity = plan.stacks[at]?.capacity[entry];
      const limit = capacity?.max ?? capacity?.value;
      return limit === undefined ? null : { limit, path: `stacks[${at}].capacity[${entry}]` };
    };
    const [to, from] = [trigger.to ?? group?.to, trigger.from ?? group?.from];
    const target = limitOf(to);
    if (target !== null && target.limit <= value) {
      noticed.push({
        code: "trigger-beyond-capacity",
        level: target.limit < value ? "error" : "warning",
        path: `triggers[${i}].value`,
        also: [target.path],
        message: `"${to}" is entered when ${trigger.metric} passes ${value}, but it carries only ${target.limit}: it is full on the day of the move.`,
        expected: `capacity above ${value}`,
        found: String(target.limit),
      });
    }
    const source = limitOf(from);
    if (source !== null && source.limit < value) {
      noticed.push({
        code: "stack-full-before-trigger",
        level: "warning",
        path: `triggers[${i}].value`,
        also: [source.path],
        message: `"${from}" carries ${source.limit} (${trigger.metric}), but is left only at ${value}: between the two it is over its limit and no trigger says so.`,
        expected: `at most ${source.limit}`,
        found: String(value),
        hint: "Lower the trigger or correct the capacity.",
      });
    }
  });
  return noticed;
};
