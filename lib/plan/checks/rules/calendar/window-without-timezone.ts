import { moveExample } from "../../example-plan";
import type { Check, Rule } from "../../types";

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** A backup window without a zone that lies in the window of the move, read in the same zone. */
const check: Check = (plan) =>
  plan.migrations.flatMap((migration, i) => {
    const { window } = migration;
    if (window?.start === undefined || window.end === undefined || (window.timeZone ?? window.zoneText) === undefined) return [];
    const [from, to] = [minutes(window.start), minutes(window.end)];
    const within = plan.windows.flatMap((other, j) => {
      const sameDay = other.day === undefined || window.day === undefined || other.day === window.day;
      const meets = minutes(other.start) < to && minutes(other.end) > from;
      return other.zoneText === undefined && sameDay && meets && from < to ? [{ other, path: `windows[${j}]` }] : [];
    });
    const [one, ...more] = within;
    if (one === undefined) return [];
    return [
      {
        code: rule.code,
        level: "info" as const,
        path: one.path,
        also: [...more.map(({ path }) => path), `migrations[${i}].window`],
        message: `${one.other.what} ${one.other.start}–${one.other.end} has no time zone; read in ${window.zoneText ?? window.timeZone} it falls into the window of ${migration.name} (${window.start}–${window.end})${more.length === 0 ? "" : `, as ${more.length === 1 ? "does one more window" : `do ${more.length} more windows`}`}.`,
        expected: "a time zone, and another hour",
        found: `${one.other.start}–${one.other.end}`,
        hint: "Write the zone, and move it out of the window.",
      },
    ];
  });

export const rule: Rule = {
  code: "window-without-timezone",
  family: "calendar",
  levels: ["info"],
  says: "A backup or maintenance window has no time zone and may fall into the window of the move.",
  example: {
    wrong: `${moveExample([], ['window: { day: Sunday, start: "02:00", end: "06:00", timeZone: Europe/Berlin }'])}windows: [{ what: Backup, start: "03:00", end: "04:00" }]\n`,
    finds: "Backup 03:00–04:00 has no time zone; read in Europe/Berlin it falls into the window of Move (02:00–06:00).",
    right: `${moveExample([], ['window: { day: Sunday, start: "02:00", end: "06:00", timeZone: Europe/Berlin }'])}windows: [{ what: Backup, start: "03:00", end: "04:00", zoneText: UTC }]\n`,
  },
  check,
};
