import type { Plan } from "../../../types";
import { closedFor, shownMinutes } from "../../timelines";
import type { Check, Rule } from "../../types";

/** A few minutes of a stated length are a matter of where one begins to count. */
const SLACK = 5;

/** How long users are without service by the timeline, against what they are told. */
const check: Check = (plan) => {
  const closed = plan.timelines.flatMap((timeline, i) => {
    const outage = closedFor(timeline);
    return outage === null ? [] : [{ ...outage, timeline, i }];
  });
  const [real] = closed;
  // Several timelines are several moves, or one told twice: what is claimed of which is not known.
  if (real === undefined || closed.some(({ minutes }) => minutes !== real.minutes)) return [];
  return claims(plan).flatMap(({ minutes, atMost, path }) => {
    const longer = real.minutes > minutes + (atMost ? 0 : SLACK);
    const shorter = !atMost && real.minutes < minutes - Math.max(SLACK, minutes * 0.25);
    if (!longer && !shorter) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path,
        also: [real.from, real.to].map(({ at }) => `timelines[${real.i}].entries[${at}]`),
        message: `${real.timeline.what}: from "${real.from.entry.title}" to "${real.to.entry.title}" are ${shownMinutes(real.minutes)}, ${shownMinutes(minutes)} are given${atMost ? " as the most" : ""}.`,
        expected: shownMinutes(real.minutes),
        found: shownMinutes(minutes),
        hint: "Say the time that the timeline needs, or shorten it.",
      },
    ];
  });
};

interface Claim {
  minutes: number;
  atMost: boolean;
  path: string;
}

function claims(plan: Plan): Claim[] {
  return plan.outages.flatMap((outage, i) =>
    outage.minutes === 0 ? [] : [{ minutes: outage.minutes, atMost: outage.atMost === true, path: `outages[${i}]` }],
  );
}

const night = (minutes: number) => `timelines:
  - what: The night
    entries: [{ clock: 60, title: Closed, does: [close] }, { clock: 100, title: DNS, does: [switch] }, { clock: 110, title: Open, does: [open] }]
outages: [{ minutes: ${minutes}, what: At most that long, atMost: true }]
`;

export const rule: Rule = {
  code: "outage-vs-claim",
  family: "calendar",
  levels: ["error"],
  says: "Users are without service for longer, or much shorter, than they are told.",
  example: { wrong: night(30), finds: 'The night: from "Closed" to "Open" are 50 min, 30 min are given as the most.', right: night(60) },
  check,
};
