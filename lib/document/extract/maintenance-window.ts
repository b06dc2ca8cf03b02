import { durationText } from "../grammar/duration";
import { normalise, wordTest } from "../lexicon/words";
import type { PlanMigrationInput } from "./migration-types";

type Window = NonNullable<PlanMigrationInput["window"]>;
type Day = NonNullable<Window["day"]>;

const DAYS: readonly (readonly [RegExp, Day])[] = [
  [/\b(?:mon(?:day)?s?|montag|lundi|lunes)\b/, "Monday"],
  [/\b(?:tue(?:s(?:day)?)?s?|dienstag|mardi|martes)\b/, "Tuesday"],
  [/\b(?:wed(?:nesday)?s?|mittwoch|mercredi|miercoles)\b/, "Wednesday"],
  [/\b(?:thu(?:rs(?:day)?)?s?|donnerstag|jeudi|jueves)\b/, "Thursday"],
  [/\b(?:fri(?:day)?s?|freitag|vendredi|viernes)\b/, "Friday"],
  [/\b(?:sat(?:urday)?s?|samstag|sonnabend|samedi|sabado)\b/, "Saturday"],
  [/\b(?:sun(?:day)?s?|sonntag|dimanche|domingo)\b/, "Sunday"],
];
const TIME = String.raw`(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.|uhr|h)?`;
const SPAN = new RegExp(
  String.raw`(?<![\w:.$€-])${TIME}\s?(?:-|to|until|bis|a|and|und|et|y)\s?${TIME}(?![\w:%$€])(?:\s?\(?([a-z]{2,5}|[a-z]+\/[a-z_]+)(?![\w])\)?)?`,
);
const ABOUT = wordTest([
  "window",
  "maintenance",
  "downtime",
  "cutover",
  "outage",
  "wartungsfenster",
  "wartung",
  "fenster",
  "fenetre",
  "maintenance",
  "ventana",
  "mantenimiento",
]);
/** Hours in which people work are no window. */
const OFFICE = /\b(?:office|business|opening|support|working)\b|offnungszeit|arbeitszeit|horaires|horario/;
/** What is written behind a time and the zone of the places that write it so. */
const ZONES: Record<string, string> = {
  utc: "UTC",
  gmt: "UTC",
  z: "UTC",
  et: "America/New_York",
  est: "America/New_York",
  edt: "America/New_York",
  ct: "America/Chicago",
  cst: "America/Chicago",
  cdt: "America/Chicago",
  mt: "America/Denver",
  mst: "America/Denver",
  mdt: "America/Denver",
  pt: "America/Los_Angeles",
  pst: "America/Los_Angeles",
  pdt: "America/Los_Angeles",
  cet: "Europe/Berlin",
  cest: "Europe/Berlin",
  mez: "Europe/Berlin",
  mesz: "Europe/Berlin",
  bst: "Europe/London",
  ist: "Asia/Kolkata",
  jst: "Asia/Tokyo",
  sgt: "Asia/Singapore",
  aest: "Australia/Sydney",
  aedt: "Australia/Sydney",
  brt: "America/Sao_Paulo",
};

/** Reads "Saturday 1-5 AM CET", "22:00–23:30 CET", "2am-3am UTC" where a text speaks of a window; null otherwise. Pure. */
export function windowIn(text: string, line: number): Window | null {
  const plain = normalise(text.slice(0, 400));
  const day = DAYS.find(([test]) => test.test(plain))?.[1];
  if (!ABOUT.test(plain) && (day === undefined || OFFICE.test(plain))) return null;
  const match = SPAN.exec(plain);
  if (match === null) return null;
  const [, hour1, minute1, half1, hour2, minute2, half2, zone] = match;
  const exact = [minute1, minute2, half1, half2].some((part) => part !== undefined);
  const known = zone === undefined ? undefined : ZONES[zone];
  if (!exact && known === undefined) return null;
  const start = clock(hour1, minute1, half1 ?? shared(half2, hour1, hour2));
  const end = clock(hour2, minute2, half2);
  if (start === null || end === null) return null;
  const minutes = (at: string) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3));
  const length = (minutes(end) - minutes(start) + 1_440) % 1_440;
  const zoneText = known === undefined ? null : text.slice(text.toLowerCase().indexOf(zone ?? "")).match(new RegExp(`^${zone ?? ""}`, "i"))?.[0];
  return {
    line,
    ...(day === undefined ? {} : { day }),
    start,
    end,
    ...(known === undefined ? {} : { timeZone: known, zoneText: (zoneText ?? zone ?? "").toUpperCase() }),
    ...(length === 0 ? {} : { duration: durationText(length * 60_000) }),
  };
}

/** "2-6 AM": both are mornings; "10-2 AM" begins the evening before. */
function shared(half: string | undefined, first: string | undefined, second: string | undefined): string | undefined {
  if (half === undefined || !/^[ap]/.test(half)) return undefined;
  return Number(first) > Number(second) && Number(first) !== 12 ? (half.startsWith("a") ? "pm" : "am") : half;
}

function clock(hour: string | undefined, minute: string | undefined, half: string | undefined): string | null {
  let hours = Number(hour);
  if (half?.startsWith("p") && hours < 12) hours += 12;
  if (half?.startsWith("a") && hours === 12) hours = 0;
  if (hours === 24) hours = 0;
  const minutes = Number(minute ?? "0");
  return !Number.isInteger(hours) || hours > 23 || minutes > 59 ? null : `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
