import type { Plan } from "../../../types";
import { DAY_MS, dayNumber, switchDay } from "../../days";
import { lasting, span } from "../../spans";
import type { Check, Rule } from "../../types";

type Moment = Plan["moments"][number];

const KEEPING = new Set<Moment["kind"]>(["keep-old", "return", "watch"]);

/** What is kept, or what a way back needs, must not go before its time is over. */
const check: Check = (plan) => {
  const switched = switchDay(plan);
  const week = plan.moments.find((moment) => moment.kind === "switch" && moment.weeks !== undefined)?.weeks?.[0] ?? null;
  return plan.moments.flatMap((gone, i) => {
    if (gone.kind !== "remove-old") return [];
    const early = plan.moments.flatMap((kept, j) => {
      if (!KEEPING.has(kept.kind) || !sameThing(kept, gone)) return [];
      const days = tooEarly(kept, gone, switched, week);
      return days === null ? [] : [{ kept, days, path: `moments[${j}]` }];
    });
    const [worst, ...others] = early.toSorted((a, b) => b.days - a.days);
    if (worst === undefined) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `moments[${i}]`,
        also: [worst, ...others.slice(0, 2)].map(({ path }) => path),
        message: `"${gone.what}" comes ${worst.days} days before "${worst.kept.what}" is over.`,
        expected: shownEnd(worst.kept),
        found: gone.from ?? (gone.weeks === undefined ? `day ${gone.day}` : `week ${gone.weeks[0]}`),
        hint: "Remove it after the last day on which it may still be needed.",
      },
    ];
  });
};

/** Named things must be the same; a whole side is the same as everything on it. Watching says nothing of a single thing. */
function sameThing(kept: Moment, gone: Moment): boolean {
  if (gone.of === undefined) return true;
  if (kept.kind === "watch") return false;
  return kept.of === undefined || kept.of.some((name) => gone.of?.includes(name));
}

/** How many days too early, where both times can be put on one scale; null where it is in time. */
function tooEarly(kept: Moment, gone: Moment, switched: number | null, week: number | null): number | null {
  const length = span(kept.lasting);
  const end = kept.to !== undefined ? dayNumber(kept.to) : length !== null && switched !== null ? switched + length / DAY_MS : null;
  const start = gone.from !== undefined ? dayNumber(gone.from) : gone.day !== undefined && switched !== null ? switched + gone.day : null;
  if (end !== null && start !== null) return between(end - start);
  if (length !== null && gone.day !== undefined) return between(length / DAY_MS - gone.day);
  if (kept.weeks !== undefined && gone.weeks !== undefined) return between((kept.weeks[1] - gone.weeks[0]) * 7);
  // The end of the week in which it goes, against the beginning of the week of the switch.
  if (length !== null && gone.weeks !== undefined && week !== null && gone.weeks[0] >= week) return between(length / DAY_MS - (gone.weeks[0] + 1 - week) * 7);
  return null;
}

/** More than half a year apart is another year, not too early. */
const between = (days: number): number | null => (days > 0 && days < 200 ? Math.ceil(days) : null);

function shownEnd(kept: Moment): string {
  if (kept.to !== undefined) return `after ${kept.to}`;
  if (kept.weeks !== undefined) return `after week ${kept.weeks[1]}`;
  return `after ${lasting(span(kept.lasting) ?? 0)}`;
}

const dates = (gone: string) => `moments:
  - { kind: return, what: Going back is possible until 30 May, to: "2025-05-30" }
  - { kind: remove-old, what: Old servers deleted, from: "${gone}" }
`;

export const rule: Rule = {
  code: "removed-while-kept",
  family: "rollback-and-decommission",
  levels: ["error"],
  says: "The old side, or a part of it, goes before the time is over for which it is kept or a way back is promised.",
  example: {
    wrong: dates("2025-05-16"),
    finds: '"Old servers deleted" comes 14 days before "Going back is possible until 30 May" is over.',
    right: dates("2025-06-02"),
  },
  check,
};
