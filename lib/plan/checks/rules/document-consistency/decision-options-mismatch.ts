import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** The options a decision names and the options it weighs are the same. */
const check: Check = (plan) =>
  plan.designDecisions.flatMap((decision, i): Noticed[] => {
    if (decision.weighed.length === 0 || decision.options.length < 2) return [];
    const named = decision.options.map(plain);
    const extra = decision.weighed.flatMap(({ option }, j) => {
      const one = plain(option);
      return named.some((other) => other.includes(one) || one.includes(other)) ? [] : [{ option, path: `designDecisions[${i}].weighed[${j}]` }];
    });
    const [one] = extra;
    // Where nothing agrees the list is about something else.
    if (one === undefined || extra.length === decision.weighed.length) return [];
    return [
      {
        code: rule.code,
        level: "info",
        path: `designDecisions[${i}]`,
        also: extra.slice(0, 3).map(({ path }) => path),
        message: `${decision.title}: ${listed(extra.map(({ option }) => option))} ${extra.length === 1 ? "is" : "are"} weighed, but not among the options it names.`,
        expected: decision.options.join(", "),
        found: listed(extra.map(({ option }) => option)),
        hint: "Name all options in one place.",
      },
    ];
  });

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

export const rule: Rule = {
  code: "decision-options-mismatch",
  family: "document-consistency",
  levels: ["info"],
  says: "A decision weighs an option that it does not name.",
  example: {
    wrong: "designDecisions: [{ key: d, title: Why A, options: [A, B, C], chosen: A, weighed: [{ option: B }, { option: D }] }]\n",
    finds: "Why A: D is weighed, but not among the options it names.",
    right: "designDecisions: [{ key: d, title: Why A, options: [A, B, C], chosen: A, weighed: [{ option: B }, { option: C }] }]\n",
  },
  check,
};
