import type { Check, Noticed, Rule } from "../../types";

const DAY = 24 * 60;
const days = (minutes: number) => `${Number((minutes / DAY).toFixed(1))} d`;

/** Copies must be kept as long as is asked for, and as long as the configuration says. */
const check: Check = (plan) => {
  const of = (kind: string) => plan.recoveryFacts.flatMap((fact, i) => (fact.kind === kind ? [{ ...fact, path: `recoveryFacts[${i}]` }] : []));
  const kept = of("retention");
  const longest = [...kept, ...of("retention-configured")].toSorted((a, b) => b.minutes - a.minutes)[0];
  const short = of("retention-required").flatMap((required): Noticed[] =>
    longest === undefined || longest.minutes >= required.minutes
      ? []
      : [
          {
            code: rule.code,
            level: "error",
            path: required.path,
            also: [longest.path],
            message: `"${required.what}" asks for ${days(required.minutes)}, copies are kept for ${days(longest.minutes)}.`,
            expected: `at least ${days(required.minutes)}`,
            found: days(longest.minutes),
          },
        ],
  );
  const differs = of("retention-configured").flatMap((configured): Noticed[] => {
    const other = kept.find((one) => one.minutes !== configured.minutes);
    if (other === undefined || kept.some((one) => one.minutes === configured.minutes)) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: configured.path,
        also: [other.path],
        message: `The configuration keeps copies for ${days(configured.minutes)}, "${other.what}" says ${days(other.minutes)}.`,
        expected: days(other.minutes),
        found: days(configured.minutes),
        hint: "Keep one of the two.",
      },
    ];
  });
  return [...short, ...differs];
};

const facts = (kept: number) =>
  `recoveryFacts: [{ kind: retention, minutes: ${kept}, what: Daily backup }, { kind: retention-required, minutes: 50400, what: The auditors ask for 35 days }]\n`;

export const rule: Rule = {
  code: "retention-vs-required",
  family: "backups",
  levels: ["error", "warning"],
  says: "Copies are kept for a shorter time than is asked for, or for another one than the configuration says.",
  example: { wrong: facts(10_080), finds: '"The auditors ask for 35 days" asks for 35 d, copies are kept for 7 d.', right: facts(50_400) },
  check,
};
