import type { Plan } from "../../../types";
import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** Whoever types a command has its variables; pipelines have a store of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set(["command", "pipeline"]);

/** What a configuration reads must be set somewhere, and what the template of an environment lists in its file too. */
const check: Check = (plan) => [...usedNowhereSet(plan), ...leftOutOfFile(plan)];

function usedNowhereSet(plan: Plan): Noticed[] {
  const set = plan.variables.filter((variable) => variable.role === "set");
  // A plan that sets nothing leaves that to others.
  if (set.length === 0) return [];
  const names = new Set([...set.map((variable) => variable.name), ...plan.environment.flatMap((scope) => (scope.store === undefined ? [] : scope.names))]);
  const open = plan.variables.flatMap((variable, i) =>
    variable.role === "used" && variable.secret === true && !ELSEWHERE.has(variable.from ?? "") && !names.has(variable.name)
      ? [{ variable, path: `variables[${i}]` }]
      : [],
  );
  const [one] = open;
  if (one === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: one.path,
      also: open.slice(1, 6).map(({ path }) => path),
      message: `${listed(open.map(({ variable }) => variable.name))} ${new Set(open.map(({ variable }) => variable.name)).size === 1 ? "is" : "are"} used and set nowhere.`,
      expected: "set in the environment or as a secret",
      found: listed([...new Set(open.map(({ variable }) => variable.place))]),
      hint: "Set it where the other secrets are set.",
    },
  ];
}

/** Two lists of the variables of one environment: what one has and the other writes to a file must agree. */
function leftOutOfFile(plan: Plan): Noticed[] {
  const files = new Map<string, { name: string; path: string; written: boolean; optional: boolean }[]>();
  plan.variables.forEach((variable, i) => {
    if (variable.role !== "set" || variable.environment === undefined) return;
    const key = `${variable.environment} ${variable.file ?? variable.place}`;
    files.set(key, [
      ...(files.get(key) ?? []),
      { name: variable.name, path: `variables[${i}]`, written: variable.file !== undefined, optional: variable.optional === true },
    ]);
  });
  const lists = [...files].map(([key, entries]) => ({
    key,
    environment: key.split(" ")[0],
    entries,
    written: entries.every(({ written }) => written),
    names: new Set(entries.map(({ name }) => name)),
  }));
  return lists.flatMap((small): Noticed[] => {
    const whole = lists.find(
      (other) =>
        other !== small &&
        other.environment === small.environment &&
        other.names.size > small.names.size &&
        [...small.names].filter((name) => other.names.has(name)).length >= small.names.size * 0.8,
    );
    if (whole === undefined || small.names.size < 4 || !small.written) return [];
    const missing = whole.entries.filter(({ name, optional }) => !small.names.has(name) && !optional);
    const end = small.entries.at(-1);
    if (missing.length === 0 || end === undefined) return [];
    return [
      {
        code: rule.code,
        level: "info",
        path: end.path,
        also: missing.slice(0, 5).map(({ path }) => path),
        message: `The environment ${small.environment} is written with ${small.names.size} variables; its reference has ${missing.length} more, among them ${listed(missing.map(({ name }) => name))}.`,
        expected: `${whole.names.size} variables`,
        found: `${small.names.size} variables`,
        hint: "Set the others too, or mark them as optional.",
      },
    ];
  });
}

export const rule: Rule = {
  code: "unset-secret",
  family: "configuration",
  levels: ["warning", "info"],
  says: "A variable is used and set nowhere, or left out of the file that sets its environment.",
  example: {
    wrong:
      "variables: [{ name: MAIL_PASSWORD, role: used, place: compose.yml, secret: true }, { name: DB_PASSWORD, role: used, place: compose.yml }, { name: DB_PASSWORD, role: set, place: Secrets }]\n",
    finds: "MAIL_PASSWORD is used and set nowhere.",
    right: "variables: [{ name: MAIL_PASSWORD, role: used, place: compose.yml, secret: true }, { name: MAIL_PASSWORD, role: set, place: Secrets }]\n",
  },
  check,
};
