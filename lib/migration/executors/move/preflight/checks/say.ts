import type { MoveCheck, MoveWorld, ServerFacts } from "@/lib/migration/executors/move/preflight/facts";
import type { PreflightCheck } from "@/lib/migration/executors/types";

/** What a judgement says: level, what was found, and the next step where one is needed. */
export type Verdict = { level: "pass"; message: string } | { level: "warn" | "block"; message: string; fix: string };

export const pass = (message: string): Verdict => ({ level: "pass", message });
export const warn = (message: string, fix: string): Verdict => ({ level: "warn", message, fix });
export const block = (message: string, fix: string): Verdict => ({ level: "block", message, fix });

/** The first names, and how many more there are. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

export function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1_000_000)).toLocaleString("en-US")} MB`;
}

/** A check with one result. */
export function check(name: string, judge: (world: MoveWorld) => Verdict): MoveCheck {
  return { name, judge: (world) => [{ name, ...judge(world) }] };
}

/** A check of the sides that need it; the side is part of the result's name. */
export function sideCheck(
  name: string,
  judge: (server: ServerFacts, world: MoveWorld) => Verdict,
  sides: (world: MoveWorld) => readonly ("source" | "target")[] = () => ["source", "target"],
): MoveCheck {
  return {
    name,
    judge: (world) => sides(world).map((side): PreflightCheck => ({ name: `${name} (${side})`, ...judge(world[side], world) })),
  };
}

/** The sides that publish: the target only where the way back is kept. */
export const publishers = (world: MoveWorld): readonly ("source" | "target")[] => (world.move.reverse ? ["source", "target"] : ["source"]);

/** The sides that subscribe: the source only where the way back is kept. */
export const subscribers = (world: MoveWorld): readonly ("source" | "target")[] => (world.move.reverse ? ["target", "source"] : ["target"]);

export const onlySource = (): readonly ["source"] => ["source"];
export const onlyTarget = (): readonly ["target"] => ["target"];
