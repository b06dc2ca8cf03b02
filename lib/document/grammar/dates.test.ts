import { describe, expect, it } from "vitest";
import { findDates, isoDay } from "./dates";

const shown = (text: string) =>
  findDates(text).map(({ from, to, weekday, months }) => {
    const [a, b] = [isoDay(from, from.year ?? 2000), isoDay(to, to.year ?? 2000)];
    return `${a === b ? a : `${a}..${b}`}${weekday === null ? "" : ` w${weekday}`}${months ? " months" : ""}`;
  });

describe("dates", () => {
  it.each([
    ["starting Monday 3 March 2025 and ending Friday 25 April 2025", ["2025-03-03 w1", "2025-04-25 w5"]],
    ["(1–11 July)", ["2000-07-01..2000-07-11"]],
    ["14 July – 8 August 2025", ["2025-07-14..2025-08-08"]],
    ["KW 41, Sonntag 12.10.2025", ["2025-10-12 w7"]],
    ["vom 3. bis 7. März 2026", ["2026-03-03..2026-03-07"]],
    ["nuit du 9 au 10 septembre 2025", ["2025-09-09..2025-09-10"]],
    ["del 3 al 7 de marzo de 2026", ["2026-03-03..2026-03-07"]],
    ["15.02. – 26.02.2026", ["2026-02-15..2026-02-26"]],
    ["March 3-7, 2026", ["2026-03-03..2026-03-07"]],
    ["Feb 15 – Mar 2", ["2000-02-15..2000-03-02"]],
    ["07-Sep", ["2000-09-07"]],
    ["2025-06-18 to 2025-06-20", ["2025-06-18..2025-06-20"]],
    ["août-octobre", ["2000-08-01..2000-10-31 months"]],
  ])("%s", (text, expected) => expect(shown(text)).toEqual(expected));

  it.each(["version 1.2.3", "10.60.0.0/16", "3 vs 4 days", "we may 3 times", "10:30", "1.234,56 €", "T+30"])("no date: %s", (text) =>
    expect(findDates(text)).toEqual([]),
  );
});
