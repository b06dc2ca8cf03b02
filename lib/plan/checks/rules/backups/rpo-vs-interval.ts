import { shownMinutes } from "../../timelines";
import type { Check, Rule } from "../../types";

/** What leaves every hour can lose an hour. */
const check: Check = (plan) => {
  const saved = plan.recoveryFacts.flatMap((fact, i) => (fact.kind === "interval" ? [{ ...fact, path: `recoveryFacts[${i}]` }] : []));
  const best = saved.toSorted((a, b) => a.minutes - b.minutes)[0];
  if (best === undefined) return [];
  return plan.recoveryFacts.flatMap((fact, i) => {
    if (fact.kind !== "rpo" || best.minutes <= fact.minutes) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `recoveryFacts[${i}]`,
        also: [best.path],
        message: `"${fact.what}": at most ${shownMinutes(fact.minutes)} may be lost, but data is saved only every ${shownMinutes(best.minutes)} ("${best.what}").`,
        expected: `every ${shownMinutes(fact.minutes)} or more often`,
        found: `every ${shownMinutes(best.minutes)}`,
        hint: "Save more often, replicate, or promise less.",
      },
    ];
  });
};

const facts = (every: number) => `recoveryFacts:
  - { kind: rpo, minutes: 15, what: RPO 15 minutes }
  - { kind: interval, minutes: ${every}, what: Logs leave the house }
`;

export const rule: Rule = {
  code: "rpo-vs-interval",
  family: "backups",
  levels: ["error"],
  says: "Data is saved less often than the promised recovery point asks.",
  example: {
    wrong: facts(60),
    finds: '"RPO 15 minutes": at most 15 min may be lost, but data is saved only every 1 h ("Logs leave the house").',
    right: facts(10),
  },
  check,
};
