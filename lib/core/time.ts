const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Parses an RFC 3339 time with zone; null when it has no zone, is malformed or does not exist (B-13). */
export function parseInstant(text: string): Date | null {
  if (!RFC3339.test(text)) return null;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return null;
  // Date rolls 31 April over to 1 May; refuse what the calendar does not have.
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10) === text.slice(0, 10) ? date : null;
}

/** First instant of the month in UTC. */
export function monthStart(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
}

/** The same instant `count` whole months later, clamped to the month's last day. */
export function addMonths(date: Date, count: number): Date {
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1));
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  target.setUTCHours(date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds());
  return target;
}

/** `YYYY-MM` of the instant in UTC. */
export function monthKey(date: Date): string {
  return date.toISOString().slice(0, 7);
}

/** `YYYY-MM-DD` of the instant in UTC. */
export function dayKey(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Formats an instant in a zone with the zone's short name: `20 Nov 2026, 02:10 UTC`. */
export function formatInstant(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(date);
}

/** `02:14:07` of the instant in a zone. */
export function formatTimeOfDay(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(date);
}

/** `20 Nov 2026` of the instant in a zone. */
export function formatDay(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short", year: "numeric" }).format(date);
}

/** `3 h ago`, `in 2 d`, `just now`: the distance between two instants in one unit. */
export function formatAgo(date: Date, now: Date): string {
  const ms = now.getTime() - date.getTime();
  const size = Math.abs(ms);
  const units: [number, string][] = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ];
  for (const [unit, name] of units) {
    if (size >= unit) {
      const text = `${Math.floor(size / unit)} ${name}`;
      return ms >= 0 ? `${text} ago` : `in ${text}`;
    }
  }
  return "just now";
}
