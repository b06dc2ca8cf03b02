import type { Reading } from "./guards";

/* What the shots of a write probe say together (R-GRD-5). Pure. */

/** One shot at every connection, begun at the same time. `identity`: `system identifier/database` of the server that answered. */
export interface ProbeRound {
  at: Date;
  shots: ({ connection: string; ms: number } & (
    | { type: "ok"; wrote: string; read: string; readBack: boolean }
    | { type: "refused"; reason: string }
    | { type: "failed"; reason: string }
  ))[];
}

/** Who may answer now. `names` only serves texts. Empty `allowed`: whoever it is, but everybody the same. */
export interface ProbeWorld {
  allowed: readonly string[];
  names: ReadonlyMap<string, string>;
  /** A change is under way: the old server refuses, the new one may answer, and neither is a sign of anything. */
  switching: boolean;
}

/**
 * The sign in a round that needs no second one: refused, the wrong server, writes on two sides, a write that was acknowledged
 * and is not there. Null: none.
 */
export function hardSign(round: ProbeRound, world: ProbeWorld): string | null {
  if (world.switching) return null;
  const name = (identity: string) => world.names.get(identity) ?? identity;
  const taken = new Set<string>();
  for (const shot of round.shots) {
    if (shot.type === "refused") return `The write probe was refused by ${shot.connection}: ${shot.reason}`;
    if (shot.type !== "ok") continue;
    if (shot.wrote !== shot.read) return `Writes split: ${shot.connection} wrote to ${name(shot.wrote)} and read from ${name(shot.read)}.`;
    if (!shot.readBack) return `A write that ${shot.connection} acknowledged could not be read back.`;
    if (world.allowed.length > 0 && !world.allowed.includes(shot.wrote)) return `The wrong server answers ${shot.connection}: ${name(shot.wrote)}.`;
    taken.add(shot.wrote);
  }
  return taken.size > 1 ? `Writes split: ${[...taken].map(name).join(" and ")} both take them.` : null;
}

/** The rounds since the last sample as one: a hard sign, or the share of failed writes, or the slowest one. */
export function probeReading(rounds: readonly ProbeRound[], read: "failures" | "latency", world: ProbeWorld): Reading {
  const last = rounds.at(-1);
  if (last === undefined) return { type: "nodata", reason: "The probe has had no answer yet." };
  for (const round of rounds) {
    const reason = hardSign(round, world);
    if (reason !== null) return { type: "hard", reason, at: round.at };
  }
  const shots = rounds.flatMap((round) => round.shots);
  const slowest = Math.max(...shots.map((shot) => shot.ms));
  const failed = shots.filter((shot) => shot.type !== "ok").length;
  return { type: "value", value: read === "latency" ? slowest : (failed / shots.length) * 100, at: last.at };
}
