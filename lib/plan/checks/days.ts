import type { Plan } from "../types";

export const DAY_MS = 86_400_000;

/** Whole days since 1970 of a day of the calendar. */
export const dayNumber = (iso: string): number => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);

/** Days from the first to the last of a stretch, both counted. */
export const daysIn = ({ from, to }: { from: string; to: string }): number => dayNumber(to) - dayNumber(from) + 1;

/** Monday to Friday within a stretch. */
export function workingDaysIn({ from, to }: { from: string; to: string }): number {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  let count = 0;
  for (let day = first; day <= last && day - first < 1_000; day++) if ((((day + 3) % 7) + 7) % 7 < 5) count++;
  return count;
}

/** The first day on which users are on the new side; null where no date says so. */
export function switchDay(plan: Plan): number | null {
  const days = plan.moments.flatMap((moment) => (moment.kind === "switch" && moment.from !== undefined ? [dayNumber(moment.from)] : []));
  return days.length === 0 ? null : Math.min(...days);
}
