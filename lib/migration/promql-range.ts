/*
 * How far into the past a PromQL query looks: samples from before a change must not dilute what comes after it
 * (R-GRD-4). A scanner, not a parser: what it cannot follow counts as reaching back without end.
 */

const TOKEN = /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[A-Za-z_:][A-Za-z0-9_:]*|\d[\w.]*|[^\s\w]/gy;
const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** Milliseconds of a PromQL duration such as `5m` or `1h30m`, or null. */
function promMs(text: string): number | null {
  let total = 0;
  const rest = text.replace(/(\d+)(ms|[smhdwy])/g, (_part, count: string, unit: string) => {
    total += Number(count) * (UNIT_MS[unit] ?? Number.NaN);
    return "";
  });
  return rest === "" && text !== "" && Number.isFinite(total) ? total : null;
}

function tokensOf(query: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(query); match !== null; match = TOKEN.exec(query)) {
    end = TOKEN.lastIndex;
    if (!/^(\s|#)/.test(match[0])) tokens.push(match[0]);
  }
  return end === query.length ? tokens : null;
}

/** One level of brackets: the furthest any part of it looks back, and how far the newest part does. */
interface Level {
  furthest: number;
  last: number;
}

/**
 * Milliseconds before its evaluation time that a query looks at: ranges, subqueries around them and offsets, added up where
 * they are inside each other. 0 for one that only looks at the newest samples. Null when that cannot be told: a query
 * fixed in time with `@`, or brackets that do not match.
 */
export function reachBackMs(query: string): number | null {
  const tokens = tokensOf(query);
  if (tokens === null) return null;
  const levels: Level[] = [{ furthest: 0, last: 0 }];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    const level = levels.at(-1);
    if (level === undefined || token === "@") return null;
    if (token === "(" || token === "{") levels.push({ furthest: 0, last: 0 });
    else if (token === ")" || token === "}") {
      levels.pop();
      grow(levels.at(-1), level.furthest, true);
    } else if (token === "[") {
      const close = tokens.indexOf("]", index);
      const range =
        close < 0
          ? null
          : promMs(
              (
                tokens
                  .slice(index + 1, close)
                  .join("")
                  .split(":")[0] ?? ""
              ).trim(),
            );
      if (range === null) return null;
      grow(level, level.last + range, true);
      index = close;
    } else if (token?.toLowerCase() === "offset") {
      const back = tokens[index + 1] !== "-";
      index += back ? 1 : 2;
      const ms = promMs(tokens[index] ?? "");
      if (ms === null) return null;
      // A negative offset looks ahead: it is not taken off, so that the answer is never too small.
      grow(level, level.last + (back ? ms : 0), true);
    } else grow(level, 0, false);
  }
  return levels.length === 1 ? (levels[0]?.furthest ?? null) : null;
}

/** `keeps`: the part goes on being the newest one, so that a range or offset behind it adds to it. */
function grow(level: Level | undefined, reach: number, keeps: boolean): void {
  if (level === undefined) return;
  level.last = keeps ? reach : 0;
  level.furthest = Math.max(level.furthest, level.last);
}
