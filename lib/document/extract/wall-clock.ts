import { offsetText } from "../grammar/calendar";
import type { RawStep } from "./step-of";

const TIME = /^(\d{1,2})(?:[:.h](\d{2})|\s?h)\s?(am|pm|uhr)?(?:\s?[-–—]\s?\d{1,2}[:.h]\d{2}\s?(?:am|pm|uhr)?)?(?=$|[\s:|,)\]–—-])/iu;
const DAY = 24 * 60;

/** Time of day in front of a text, "22:15 copy", with what follows it; null without one. */
export function timeInFront(text: string): { at: string; minutes: number; rest: string } | null {
  const match = TIME.exec(text.trim());
  if (match === null) return null;
  const half = match[3]?.toLowerCase();
  const hours = (Number(match[1]) % (half === "am" || half === "pm" ? 12 : 24)) + (half === "pm" ? 12 : 0);
  const minutes = hours * 60 + Number(match[2] ?? 0);
  if (Number(match[1]) > 24 || Number(match[2] ?? 0) > 59) return null;
  return {
    at: match[0].trim(),
    minutes,
    rest: text
      .trim()
      .slice(match[0].length)
      .replace(/^[\s:|.,)\]–—-]+/u, "")
      .replace(/^(?:UTC|GMT|CES?T|[ECMP][SD]?T|BST|IST|A[ECW][SD]T|NZ[SD]T|JST|SGT|Uhr|heures?|horas?|h)(?:\s?[:|–—-])?\s+/u, ""),
  };
}

const SAID =
  /(?:^|[\s(;,.–—])(?:(?:at|um|gegen|à|a las|a la|at about)\s)?((?:[01]?\d|2[0-4])[:.h][0-5]\d)(?:\s?(?:uhr|h|am|pm|utc|gmt|cet|cest))?[\s:,–—-]+(?=[\p{L}"'(])/giu;
/** Nobody tells a night in a longer paragraph. */
const MAX_TOLD = 3_000;

/** "At 20:30 the banner goes up. At 21:00 writes stop. …", "22:00 banner; 22:15 stop writes; …": what happens when, told in a text. */
export function timesTold(text: string): { at: string; text: string; start: number }[] {
  if (text.length > MAX_TOLD) return [];
  const found = [...text.matchAll(SAID)];
  if (found.length < 3) return [];
  return found.flatMap((match, i) => {
    const end = found[i + 1]?.index ?? text.length;
    const said = text
      .slice(match.index + match[0].length, end)
      .replace(/[\s;,.–—-]+$/u, "")
      .split(/\.\s/u)[0];
    return said === undefined || !/\p{L}{3}/u.test(said) ? [] : [{ at: match[1] ?? "", text: said.slice(0, 300), start: match.index }];
  });
}

/** Steps with times of day become a clock that starts with the first of them; midnight may lie in between. */
export function onClock(steps: RawStep[], times: readonly ReturnType<typeof timeInFront>[]): RawStep[] {
  if (times.filter((time) => time !== null).length < 3) return steps;
  let start: number | null = null;
  let last = 0;
  return steps.map((step, i) => {
    const time = times[i];
    if (time === null || time === undefined || step.offset !== undefined) return step;
    start ??= time.minutes;
    let passed = time.minutes - start;
    while (passed < last) passed += DAY;
    last = passed;
    return { ...step, at: time.at, offset: offsetText(passed * 60_000) };
  });
}
