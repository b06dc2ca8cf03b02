const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/gy;

/** Whether `text` is a duration such as `24h`, `1h30m`, `500ms`, `30d`. */
export function isDuration(text: string): boolean {
  return durationMs(text) !== null;
}

/**
 * Milliseconds of a duration such as `24h`, `1h30m`, `500ms`, `30d` (a day is 24 hours, a week 7 days).
 * @throws RangeError when the text is not a duration.
 */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms === null) throw new RangeError(`"${text}" is not a duration: write for example 30s, 5m, 24h or 7d.`);
  return ms;
}

function durationMs(text: string): number | null {
  if (text === "0") return 0;
  let total = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let match = PART.exec(text); match !== null; match = PART.exec(text)) {
    total += Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? Number.NaN);
    end = PART.lastIndex;
  }
  return end === text.length && end > 0 && Number.isFinite(total) ? total : null;
}

/** A duration for people: at most two parts, `2 d 3 h`, `4 min 10 s`, `0.4 s`. `ms` is in milliseconds. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0 s";
  if (ms < 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  const parts: [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
  ];
  const words: string[] = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const [name, size] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${name}`);
    if (words.length === 2 || (words.length === 1 && count === 0)) break;
  }
  return words.join(" ");
}

/** Elapsed time as on a cutover clock: `T+06:12`, `T+1:06:12`, before zero `T-00:30`. `ms` is in milliseconds. */
export function formatClock(ms: number): string {
  const sign = ms < 0 ? "-" : "+";
  const total = Math.floor(Math.abs(ms) / 1_000);
  const pad = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3_600);
  const tail = `${pad(Math.floor((total % 3_600) / 60))}:${pad(total % 60)}`;
  return `T${sign}${hours > 0 ? `${hours}:` : ""}${tail}`;
}
