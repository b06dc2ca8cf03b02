import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** One thing that only one provider can do at a time (DNS of a zone) has two in the plan. */
const check: Check = (plan) => {
  const things = new Map<string, { value: string; path: string }[]>();
  plan.readings.forEach((reading, i) => {
    if (reading.setting !== "provider") return;
    things.set(reading.subject, [...(things.get(reading.subject) ?? []), { value: String(reading.value), path: `readings[${i}]` }]);
  });
  return [...things].flatMap(([subject, given]): Noticed[] => {
    const [one] = given;
    const other = given.find(({ value }) => value !== one?.value);
    if (one === undefined || other === undefined) return [];
    return [
      {
        code: rule.code,
        level: "info",
        path: one.path,
        also: [other.path],
        message: `${subject} is at ${listed([...new Set(given.map(({ value }) => value))])}: which one it is decides what a switch changes.`,
        expected: "one provider",
        found: listed([...new Set(given.map(({ value }) => value))]),
        hint: "Name the one that holds it.",
      },
    ];
  });
};

export const rule: Rule = {
  code: "same-thing-two-providers",
  family: "network-and-dns",
  levels: ["info"],
  says: "A thing that only one provider can hold is at two of them.",
  example: {
    wrong:
      "readings: [{ subject: DNS of the new side, setting: provider, value: Zone One, from: diagram }, { subject: DNS of the new side, setting: provider, value: Zone Two, from: command }]\n",
    finds: "DNS of the new side is at Zone One, Zone Two: which one it is decides what a switch changes.",
    right:
      "readings: [{ subject: DNS of the new side, setting: provider, value: Zone One, from: diagram }, { subject: DNS of the new side, setting: provider, value: Zone One, from: command }]\n",
  },
  check,
};
