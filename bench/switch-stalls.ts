import { readFileSync } from "node:fs";

/* What a file of acknowledged writes says about the time around a switch. Pure but for reading the file. */

/** A write whose COMMIT was acknowledged; times are milliseconds of the clock. */
export interface Acknowledged {
  writer: number;
  at: number;
}

/** What clients felt of one switch, milliseconds. */
export interface Felt {
  /** Longest time in which no write of anybody was acknowledged. */
  stallMs: number;
  /** Longest time between two acknowledged writes of the same client, with its own pause between them. */
  clientMs: number;
}

/** The acknowledged writes of a ledger file (`A writer token time`), by time. */
export function readAcknowledged(file: string): Acknowledged[] {
  return parseAcknowledged(readFileSync(file, "utf8"));
}

export function parseAcknowledged(text: string): Acknowledged[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("A "))
    .map((line) => {
      const [, writer, , at] = line.split(" ");
      return { writer: Number(writer), at: Number(at) };
    })
    .sort((a, b) => a.at - b.at);
}

/** Milliseconds from a moment to the next acknowledged write of anybody. */
export function nextAfter(acknowledged: readonly Acknowledged[], moment: number): number {
  return (acknowledged.find((one) => one.at > moment)?.at ?? Number.NaN) - moment;
}

/** The longest gaps that reach into the time from `from` to `until`. @throws Error when nothing was written before or after it */
export function feltBetween(acknowledged: readonly Acknowledged[], from: number, until: number): Felt {
  if (!acknowledged.some((one) => one.at <= from) || !acknowledged.some((one) => one.at >= until))
    throw new Error("Nobody wrote before or after the switch: what clients felt cannot be told.");
  const longest = (times: readonly number[]) => {
    let most = 0;
    for (let at = 1; at < times.length; at++) {
      const [before, after] = [times[at - 1] ?? 0, times[at] ?? 0];
      if (after >= from && before <= until) most = Math.max(most, after - before);
    }
    return most;
  };
  const byWriter = new Map<number, number[]>();
  for (const { writer, at } of acknowledged) {
    const own = byWriter.get(writer);
    if (own === undefined) byWriter.set(writer, [at]);
    else own.push(at);
  }
  return { stallMs: longest(acknowledged.map((one) => one.at)), clientMs: Math.max(...[...byWriter.values()].map(longest)) };
}
