import type { Check, Noticed, Rule } from "../../types";

/** A component that is known not to work must not be what the configuration relies on. */
const check: Check = (plan) =>
  plan.knownIssues.flatMap((issue, i): Noticed[] => {
    const { component } = issue;
    if (component === undefined || (issue.state !== "not-working" && issue.state !== "not-used")) return [];
    const name = plain(component);
    const relied = [
      ...plan.variables.flatMap((variable, j) =>
        variable.role === "set" && variable.host !== undefined && plain(variable.host) === name ? [{ path: `variables[${j}]`, what: variable.name }] : [],
      ),
      ...plan.monitors.flatMap((monitor, j) => (plain(monitor.name) === name ? [{ path: `monitors[${j}]`, what: `the monitor ${monitor.name}` }] : [])),
      ...plan.designDecisions.flatMap((decision, j) => (plain(decision.chosen) === name ? [{ path: `designDecisions[${j}]`, what: decision.title }] : [])),
    ];
    const [one] = relied;
    if (one === undefined) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `knownIssues[${i}]`,
        also: relied.map(({ path }) => path).slice(0, 4),
        message: `${component} is ${issue.state === "not-working" ? "known not to work" : "not in use"} ("${issue.title}"), but ${one.what} relies on it.`,
        expected: "the real state",
        found: issue.title,
        hint: "Describe what runs now, and what is only planned.",
      },
    ];
  });

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export const rule: Rule = {
  code: "planned-vs-actual-state",
  family: "document-consistency",
  levels: ["warning"],
  says: "The configuration relies on a component that is known not to work or not to be used.",
  example: {
    wrong: `knownIssues: [{ title: Pooler is not wired up yet, component: pooler, state: not-used }]
variables: [{ name: DATABASE_URL, role: set, place: Reference, host: pooler, port: 6432 }]
`,
    finds: 'pooler is not in use ("Pooler is not wired up yet"), but DATABASE_URL relies on it.',
    right: `knownIssues: [{ title: Pooler is not wired up yet, component: pooler, state: not-used }]
variables: [{ name: DATABASE_URL, role: set, place: Reference, host: database, port: 5432 }]
`,
  },
  check,
};
