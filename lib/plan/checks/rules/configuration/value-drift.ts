import { registeredName } from "../../host-names";
import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** Settings that have rules of their own. */
const OTHERS = new Set(["port", "provider", "store", "does"]);

/** The same setting of the same thing has one value, wherever it is written. */
const check: Check = (plan) => {
  const settings = new Map<string, { text: string; from: string; path: string; subject: string; setting: string }[]>();
  plan.readings.forEach((reading, i) => {
    if (OTHERS.has(reading.setting) || reading.from === "diagram") return;
    const key = `${plain(reading.subject)} ${reading.setting}`;
    const text = `${reading.value}${reading.max === undefined ? "" : `–${reading.max}`}${reading.unit === undefined ? "" : ` ${reading.unit}`}`;
    settings.set(key, [...(settings.get(key) ?? []), { text, from: reading.from, path: `readings[${i}]`, subject: reading.subject, setting: reading.setting }]);
  });
  const drifting = [...settings.values()].flatMap((given) => {
    const [one] = given;
    const others = given.filter(({ text }) => text !== one?.text);
    return one === undefined || others.length === 0 ? [] : [{ one, others }];
  });
  // The same two names of hosts over and over are one drift.
  const seen = new Set<string>();
  return drifting.flatMap(({ one, others }): Noticed[] => {
    const pair = one.setting === "host" ? [one, ...others].map(({ text }) => registeredName(text)).join(" ") : "";
    if (pair !== "" && seen.has(pair)) return [];
    seen.add(pair);
    return [
      {
        code: rule.code,
        level: "warning",
        path: one.path,
        also: [...new Set(others.map(({ path }) => path))].slice(0, 4),
        message: `${one.subject}: ${one.setting} is ${listed([one.text, ...others.map(({ text }) => text)])}.`,
        expected: one.text,
        found: others[0]?.text ?? "",
        hint: "Keep one value, and refer to it.",
      },
    ];
  });
};

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export const rule: Rule = {
  code: "value-drift",
  family: "configuration",
  levels: ["warning"],
  says: "The same setting has different values in different places.",
  example: {
    wrong:
      'readings: [{ subject: pooler, setting: image, value: "1.24", from: configuration }, { subject: pooler, setting: image, value: latest, from: configuration }]\n',
    finds: "pooler: image is 1.24, latest.",
    right:
      'readings: [{ subject: pooler, setting: image, value: "1.24", from: configuration }, { subject: pooler, setting: image, value: "1.24", from: configuration }]\n',
  },
  check,
};
