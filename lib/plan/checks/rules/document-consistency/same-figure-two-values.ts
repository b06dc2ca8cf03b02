import { differences, shownTold, type Told } from "../../told";
import type { Check, Rule } from "../../types";

/** The same figure of the same thing, told in two places. */
const check: Check = (plan) =>
  differences(plan).map(({ odd, others }) => ({
    code: rule.code,
    level: "warning" as const,
    path: odd.path,
    also: others.slice(0, 4).map(({ path }) => path),
    message: `${nameOf(odd.told)} is ${shownTold(odd.told)} here ("${odd.told.what.slice(0, 100)}") and ${shownTold((others[0] ?? odd).told)} elsewhere.`,
    expected: shownTold((others[0] ?? odd).told),
    found: shownTold(odd.told),
    hint: "Keep one of the two figures.",
  }));

const nameOf = ({ figure, of, qualifiers = [] }: Told) => [...qualifiers, ...(of === undefined ? [] : [of]), figure].join(" ");

const example = (minutes: number) => `toldFigures:
  - { figure: downtime, value: 900, what: The shop is closed for 15 minutes, line: 3 }
  - { figure: downtime, value: ${minutes * 60}, what: Customers see ${minutes} minutes of downtime, line: 9 }
`;

export const rule: Rule = {
  code: "same-figure-two-values",
  family: "document-consistency",
  levels: ["warning"],
  says: "The same figure is told in two places with different values.",
  example: {
    wrong: example(45),
    finds: 'downtime is 45 min here ("Customers see 45 minutes of downtime") and 15 min elsewhere.',
    right: example(15),
  },
  check,
};
