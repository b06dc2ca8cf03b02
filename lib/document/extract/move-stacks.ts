import type { Draft, Entry } from "../draft";
import { MOVE_ARROW } from "../lexicon/steps";
import { stackOf } from "./stacks-names";

/** Both ends of a move as a heading names them: "A → B", "from A to B", "A to B". */
export interface MoveNames {
  from: string;
  to: string;
}

const FROM_TO = [
  /\bfrom\s+(.{2,60}?)\s+to\s+(.{2,60}?)(?=\s*(?:[:,.(]|$))/i,
  /\bvon\s+(.{2,60}?)\s+(?:nach|zu|auf)\s+(.{2,60}?)(?=\s*(?:[:,.(]|$))/i,
  /\bde\s+(.{2,60}?)\s+(?:vers|à|a)\s+(.{2,60}?)(?=\s*(?:[:,.(]|$))/i,
  /^(?:[^:]{0,60}:\s*)?(.{2,40}?)\s+(?:to|vers|nach)\s+(.{2,40}?)(?=\s*(?:[:,.(]|$))/i,
] as const;
const TAIL = /\s+(?:migration|move|transition|umzug|migracion|migración|plan|guide|triggers?)\b.*$/i;

/** Reads both ends of a move from a title; null where it names none. Pure. */
export function moveNames(title: string): MoveNames | null {
  if (MOVE_ARROW.test(title)) {
    const [from = "", to = ""] = title.split(MOVE_ARROW);
    const left = from.includes(":") ? (from.split(":").at(-1) ?? from) : from;
    return { from: tidied(left.trim() === "" ? from : left), to: tidied(to) };
  }
  for (const test of FROM_TO) {
    const match = test.exec(title);
    if (match !== null) return { from: tidied(match[1] ?? ""), to: tidied(match[2] ?? "") };
  }
  return null;
}

function tidied(text: string): string {
  return text
    .replace(/\s*\([^()]*\)\s*/g, " ")
    .replace(TAIL, "")
    .replace(/^(?:migration|move|umzug|the)\s+(?:from\s+)?/i, "")
    .trim();
}

type Stack = Entry<"stacks">;

/** Keys of the stacks a move leads from and to; stacks that nothing in the document describes are added by name. */
export function stacksOfMove(draft: Draft, names: MoveNames | null, line: number): { from: string; to: string; name: string } {
  const stacks = draft.plan.stacks;
  const main = stacks.filter((stack) => stack.variantOf === undefined && stack.role !== "variant");
  const named = (name: string | undefined) => stacks.find((stack) => name !== undefined && stack.key === stackOf(draft, name)) ?? null;
  let from = named(names?.from);
  let to = named(names?.to);
  from ??= main.find((stack) => stack.role === "current" && stack !== to) ?? null;
  to ??= main.find((stack) => stack.role === "target" && stack !== from) ?? main.find((stack) => stack !== from && stack.role !== "current") ?? null;
  if (from === to) to = null;
  const left = from ?? added(draft, usable(names?.from) ?? "Current", "current", line);
  const right = to ?? added(draft, usable(names?.to) ?? "Target", "target", line);
  const name = names !== null && usable(names.from) !== null && usable(names.to) !== null ? `${names.from} to ${names.to}` : `${left.name} to ${right.name}`;
  return { from: left.key, to: right.key, name };
}

function usable(name: string | undefined): string | null {
  return name === undefined || name.length < 2 || name.length > 60 || !/\p{L}/u.test(name) ? null : name;
}

function added(draft: Draft, name: string, role: "current" | "target", line: number): Stack {
  const stack: Stack = { key: draft.key("stacks", name, role), name, role, line };
  draft.add("stacks", stack, line);
  return stack;
}
