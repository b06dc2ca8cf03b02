import { does, shownMinutes, type Timeline, timed } from "../../timelines";
import type { Check, Rule } from "../../types";

/** A lowered TTL helps only when the old one has run out: whoever asked a minute before keeps the answer that long. */
const check: Check = (plan) =>
  plan.timelines.flatMap((timeline, i) => {
    const at = timeline.entries.findIndex((entry) => entry.does?.includes("lower-ttl") === true && entry.ttlBefore !== undefined);
    const before = timeline.entries[at]?.ttlBefore;
    const lead = leadOf(timeline, at);
    if (before === undefined || lead === null || lead * 60 >= before) return [];
    const switched = timeline.entries.findIndex((entry) => entry.does?.includes("switch") === true);
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `timelines[${i}].entries[${at}]`,
        also: switched < 0 ? [] : [`timelines[${i}].entries[${switched}]`],
        message: `${timeline.what}: "${timeline.entries[at]?.title}" is ${shownMinutes(lead)} before the switch, but answers live for ${shownMinutes(before / 60)} until then.`,
        expected: `at least ${shownMinutes(before / 60)} before`,
        found: shownMinutes(lead),
        hint: "Lower the TTL at least one old TTL before the switch.",
      },
    ];
  });

/** Minutes from an entry to the switch, or to the start of the clock where no line switches. */
function leadOf(timeline: Timeline, at: number): number | null {
  const all = timed(timeline);
  const own = all.find((one) => one.at === at);
  const switched = all.find((one) => does(one, "switch"));
  const offset = timeline.entries[at]?.offset;
  if (own !== undefined) return switched !== undefined && switched.minute > own.minute ? switched.minute - own.minute : null;
  return offset !== undefined && offset < 0 ? -offset : null;
}

const clock = (offset: number) => `timelines:
  - what: The night
    entries: [{ offset: ${offset}, title: Lower the TTL, does: [lower-ttl], ttlBefore: 86400 }, { offset: 0, title: Read-only, does: [close] }, { offset: 60, title: DNS, does: [switch] }]
`;

export const rule: Rule = {
  code: "ttl-lowered-too-late",
  family: "cutover-safety",
  levels: ["error"],
  says: "The TTL is lowered so shortly before the switch that the old one has not run out.",
  example: {
    wrong: clock(-15),
    finds: 'The night: "Lower the TTL" is 1 h 15 min before the switch, but answers live for 24 h until then.',
    right: clock(-2880),
  },
  check,
};
