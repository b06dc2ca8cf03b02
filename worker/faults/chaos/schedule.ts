/* What happens to a migration under chaos, from a seed alone: the same seed is the same schedule. */

export const BLOWS = ["kill worker", "stop worker", "restart our database", "cut the link", "restart pooler", "kill source", "kill target"] as const;
export type Blow = (typeof BLOWS)[number];

export interface ScheduledBlow {
  /** Milliseconds after the blow before it. */
  afterMs: number;
  blow: Blow;
  /** Which of the two workers. */
  victim: 0 | 1;
  /** How long what is stopped, cut or away stays so, milliseconds. */
  lastsMs: number;
}

export interface Schedule {
  /** `back`: a person asks for a rollback at `backAfterMs`; `through`: the migration runs to its end. */
  goes: "through" | "back";
  backAfterMs: number;
  blows: ScheduledBlow[];
}

/** How often each blow comes, in parts; workers die most. */
const WEIGHTS: Record<Blow, number> = {
  "kill worker": 8,
  "stop worker": 2,
  "restart our database": 3,
  "cut the link": 2,
  "restart pooler": 2,
  "kill source": 2,
  "kill target": 2,
};
/** Shortest and longest of each that lasts, milliseconds: for workers the time until another process is there. */
const LASTS: Record<Blow, readonly [number, number]> = {
  "kill worker": [200, 3_000],
  "stop worker": [3_000, 20_000],
  "restart our database": [0, 3_000],
  "cut the link": [500, 8_000],
  "restart pooler": [0, 1_000],
  "kill source": [0, 1_500],
  "kill target": [0, 3_000],
};

/** Repeatable numbers from 0 to 1 (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The schedule of one run: a blow every 1 to 10 s until `untilMs`, then calm. */
export function scheduleOf(seed: number, run: number, untilMs: number): Schedule {
  const number = numbersOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b));
  const goes = number() < 0.35 ? "back" : "through";
  const backAfterMs = Math.round(3_000 + number() * 40_000);
  const blows: ScheduledBlow[] = [];
  for (let at = 0; ; ) {
    const afterMs = Math.round(1_000 + number() * 9_000);
    at += afterMs;
    if (at > untilMs) break;
    const blow = pick(number());
    const [least, most] = LASTS[blow];
    blows.push({ afterMs, blow, victim: number() < 0.5 ? 0 : 1, lastsMs: Math.round(least + number() * (most - least)) });
  }
  return { goes, backAfterMs, blows };
}

function pick(share: number): Blow {
  const total = BLOWS.reduce((sum, blow) => sum + WEIGHTS[blow], 0);
  let left = share * total;
  for (const blow of BLOWS) {
    left -= WEIGHTS[blow];
    if (left < 0) return blow;
  }
  return "kill worker";
}
