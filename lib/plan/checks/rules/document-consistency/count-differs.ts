import type { Check, Noticed, Rule } from "../../types";

/** Where the plan says how many there are, they must be there. */
const check: Check = (plan) => {
  const look = (path: string, what: string, stated: number | undefined, found: number): Noticed[] =>
    stated === undefined || found === 0 || stated === found
      ? []
      : [
          {
            code: rule.code,
            level: "warning",
            path,
            message: `${what}: ${stated} are announced, ${found} are listed.`,
            expected: String(stated),
            found: String(found),
          },
        ];
  return [
    ...plan.checklists.flatMap((entry, i) => look(`checklists[${i}]`, entry.title, entry.count, entry.items.length)),
    ...plan.environment.flatMap((entry, i) => look(`environment[${i}]`, entry.scope, entry.count, entry.names.length)),
    ...plan.enumerations.flatMap((entry, i) => look(`enumerations[${i}]`, entry.place, entry.count, entry.items.length)),
  ];
};

export const rule: Rule = {
  code: "count-differs",
  family: "document-consistency",
  levels: ["warning"],
  says: "An announced number is not the number of entries.",
  example: {
    wrong: "checklists: [{ key: go, title: Go, count: 3, items: [{ title: One }] }]\n",
    finds: "Go: 3 are announced, 1 are listed.",
    right: "checklists: [{ key: go, title: Go, count: 1, items: [{ title: One }] }]\n",
  },
  check,
};
