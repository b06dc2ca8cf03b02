import { shownMinutes } from "../../timelines";
import type { Check, Rule } from "../../types";

const DAY = 24 * 60;

/** Where every line has a time of day and an offset, both must run together. */
const check: Check = (plan) =>
  plan.timelines.flatMap((timeline, i) => {
    const both = timeline.entries.flatMap(({ clock, offset }, at) =>
      clock === undefined || offset === undefined ? [] : [{ at, offset, start: (((clock - offset) % DAY) + DAY) % DAY }],
    );
    const usual = mostOften(both.map(({ start }) => start));
    if (usual === null || both.length < 3) return [];
    return both.flatMap(({ at, offset, start }) => {
      const entry = timeline.entries[at];
      if (start === usual || entry?.clock === undefined) return [];
      const expected = (((usual + offset) % DAY) + DAY) % DAY;
      return [
        {
          code: rule.code,
          level: "error" as const,
          path: `timelines[${i}].entries[${at}]`,
          message: `${timeline.what}: "${entry.title}" is at ${hhmm(entry.clock)}, ${shownMinutes(Math.abs(offset))} ${offset < 0 ? "before" : "after"} the start is ${hhmm(expected)}.`,
          expected: hhmm(expected),
          found: hhmm(entry.clock),
        },
      ];
    });
  });

/** The value more than half of all have. */
function mostOften(values: readonly number[]): number | null {
  return values.find((value) => values.filter((other) => other === value).length * 2 > values.length) ?? null;
}

const hhmm = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

const clock = (last: number) => `timelines:
  - what: The night
    entries: [{ offset: 0, clock: 120, title: Read-only }, { offset: 30, clock: 150, title: DNS }, { offset: 90, clock: ${last}, title: Open }]
`;

export const rule: Rule = {
  code: "clock-vs-offset",
  family: "calendar",
  levels: ["error"],
  says: "A line of a timeline has a time of day that does not fit its offset.",
  example: { wrong: clock(240), finds: 'The night: "Open" is at 04:00, 1 h 30 min after the start is 03:30.', right: clock(210) },
  check,
};
