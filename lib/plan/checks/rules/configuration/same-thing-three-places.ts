import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** A secret that lives in several stores is changed in one of them. */
const check: Check = (plan) => {
  const stores = plan.readings.flatMap((reading, i) => (reading.setting === "store" ? [{ reading, path: `readings[${i}]` }] : []));
  const names = [...new Set(stores.map(({ reading }) => String(reading.value)))];
  const [one, ...others] = names.flatMap((name) => stores.find(({ reading }) => reading.value === name) ?? []);
  if (one === undefined || others.length === 0) return [];
  const noticed: Noticed = {
    code: rule.code,
    level: "info",
    path: one.path,
    also: others.map(({ path }) => path),
    message: `${one.reading.subject} live in ${names.length} places: ${listed(names)}.`,
    expected: "one place",
    found: listed(names),
    hint: "Choose one, and say which.",
  };
  return [noticed];
};

export const rule: Rule = {
  code: "same-thing-three-places",
  family: "configuration",
  levels: ["info"],
  says: "Secrets are kept in several stores.",
  example: {
    wrong:
      "readings: [{ subject: Secrets, setting: store, value: Vault, from: command }, { subject: Secrets, setting: store, value: Parameter store, from: text }]\n",
    finds: "Secrets live in 2 places: Vault, Parameter store.",
    right: "readings: [{ subject: Secrets, setting: store, value: Vault, from: command }, { subject: Secrets, setting: store, value: Vault, from: text }]\n",
  },
  check,
};
