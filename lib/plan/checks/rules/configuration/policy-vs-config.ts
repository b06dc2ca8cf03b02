import type { Plan } from "../../../types";
import type { Check, Noticed, Rule } from "../../types";

/** What the security rules of a plan demand, its own files and commands must do. */
const check: Check = (plan) => [...secretsInFiles(plan), ...sharedAccounts(plan), ...openPorts(plan)];

function promised(plan: Plan, kind: Plan["promises"][number]["kind"]): { path: string; text: string; promise: Plan["promises"][number] } | null {
  const at = plan.promises.findIndex((promise) => promise.kind === kind);
  const promise = plan.promises[at];
  return promise === undefined ? null : { path: `promises[${at}]`, text: promise.text, promise };
}

function secretsInFiles(plan: Plan): Noticed[] {
  const rule1 = promised(plan, "secrets-in-store");
  const at = plan.variables.findIndex((variable) => variable.role === "set" && variable.secret === true && variable.file !== undefined);
  const variable = plan.variables[at];
  if (rule1 === null || variable === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: `variables[${at}]`,
      also: [rule1.path],
      message: `The plan says "${rule1.text}", but ${variable.name} is written to ${variable.file}.`,
      expected: "the store for secrets",
      found: variable.file ?? "",
      hint: "Set it in the store, and keep the file without secrets.",
    },
  ];
}

function sharedAccounts(plan: Plan): Noticed[] {
  const separate = promised(plan, "separate-credentials");
  const at = plan.variables.findIndex((variable) => {
    const other = plan.variables.find((one) => one.name === variable.sameAs);
    return variable.sameAs !== undefined && variable.administrator !== true && other?.administrator === true;
  });
  const variable = plan.variables[at];
  const admin = plan.variables.findIndex((one) => one.name === variable?.sameAs);
  if (separate === null || variable === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: `variables[${at}]`,
      also: [`variables[${admin}]`, separate.path],
      message: `The plan says "${separate.text}", but ${variable.name} is the administrator's account (${variable.sameAs}).`,
      expected: "an account of its own",
      found: variable.sameAs ?? "",
      hint: "Make an account for the service, with only the rights it needs.",
    },
  ];
}

function openPorts(plan: Plan): Noticed[] {
  const only = promised(plan, "only-ports");
  const allowed = new Set(only?.promise.ports ?? []);
  const open = plan.firewall.flatMap((entry, i) =>
    entry.action === "allow" && entry.port !== undefined && entry.from === undefined && !allowed.has(entry.port)
      ? [{ port: entry.port, path: `firewall[${i}]` }]
      : [],
  );
  const [one] = open;
  if (only === null || allowed.size === 0 || one === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: one.path,
      also: [...open.slice(1, 4).map(({ path }) => path), only.path],
      message: `The plan says "${only.text}", but the firewall lets everybody in on ${open.map(({ port }) => port).join(", ")}.`,
      expected: [...allowed].join(", "),
      found: open.map(({ port }) => port).join(", "),
      hint: "Let in only the addresses that need it.",
    },
  ];
}

export const rule: Rule = {
  code: "policy-vs-config",
  family: "configuration",
  levels: ["warning"],
  says: "A file, an account or a firewall does what the plan's own security rules forbid.",
  example: {
    wrong: `promises: [{ kind: secrets-in-store, text: secrets live in the vault }]
variables: [{ name: JWT_SECRET, role: set, place: Step 1, file: .env.production, secret: true }]
`,
    finds: 'The plan says "secrets live in the vault", but JWT_SECRET is written to .env.production.',
    right: `promises: [{ kind: secrets-in-store, text: secrets live in the vault }]
variables: [{ name: JWT_SECRET, role: set, place: vault, secret: true }]
`,
  },
  check,
};
