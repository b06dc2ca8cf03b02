import { shownMinutes, timed } from "../../timelines";
import type { Check, Rule } from "../../types";

/** A timeline goes forward: a line that is earlier than the one above it is in the wrong place or has a wrong time. */
const check: Check = (plan) =>
  plan.timelines.flatMap((timeline, i) => {
    const all = timed(timeline);
    const falls = all.flatMap((one, j) => {
      const before = all[j - 1];
      return before !== undefined && one.minute < before.minute ? [{ one, before }] : [];
    });
    const [fall] = falls;
    // One that falls often is sorted by something else.
    if (fall === undefined || all.length < 4 || falls.length > 1) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `timelines[${i}].entries[${fall.one.at}]`,
        also: [`timelines[${i}].entries[${fall.before.at}]`],
        message: `${timeline.what}: "${fall.one.entry.title}" is ${shownMinutes(fall.before.minute - fall.one.minute)} before "${fall.before.entry.title}", which stands above it.`,
        expected: "times that rise",
        hint: "Put the lines in order, or correct the time.",
      },
    ];
  });

const clock = (second: number) => `timelines:
  - what: The night
    entries: [{ offset: 0, title: Read-only }, { offset: 15, title: Copy }, { offset: ${second}, title: Compare }, { offset: 50, title: DNS }]
`;

export const rule: Rule = {
  code: "clock-out-of-order",
  family: "calendar",
  levels: ["warning"],
  says: "A line of a timeline is earlier than the one above it.",
  example: { wrong: clock(10), finds: 'The night: "Compare" is 5 min before "Copy", which stands above it.', right: clock(30) },
  check,
};
