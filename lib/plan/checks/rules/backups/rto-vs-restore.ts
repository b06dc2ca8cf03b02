import { shownMinutes } from "../../timelines";
import type { Check, Rule } from "../../types";

/** A recovery cannot be faster than the restore that was measured. */
const check: Check = (plan) => {
  const measured = plan.recoveryFacts.flatMap((fact, i) => (fact.kind === "restore" ? [{ ...fact, path: `recoveryFacts[${i}]` }] : []));
  const slowest = measured.toSorted((a, b) => b.minutes - a.minutes)[0];
  if (slowest === undefined) return [];
  return plan.recoveryFacts.flatMap((fact, i) => {
    if (fact.kind !== "rto" || slowest.minutes <= fact.minutes) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `recoveryFacts[${i}]`,
        also: [slowest.path],
        message: `"${fact.what}": ${shownMinutes(fact.minutes)} are promised, a restore took ${shownMinutes(slowest.minutes)}.`,
        expected: `at least ${shownMinutes(slowest.minutes)}`,
        found: shownMinutes(fact.minutes),
        hint: "Make the restore faster, or promise what was measured.",
      },
    ];
  });
};

const facts = (took: number) => `recoveryFacts: [{ kind: rto, minutes: 120, what: RTO 2 hours }, { kind: restore, minutes: ${took}, what: Last restore }]\n`;

export const rule: Rule = {
  code: "rto-vs-restore",
  family: "backups",
  levels: ["error"],
  says: "A restore took longer than the promised recovery time.",
  example: { wrong: facts(200), finds: '"RTO 2 hours": 2 h are promised, a restore took 3 h 20 min.', right: facts(90) },
  check,
};
