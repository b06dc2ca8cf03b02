import type { Draft, Entry } from "../draft";
import { MOVE_ARROW } from "../lexicon/steps";
import { stackOf } from "./stacks-names";

/** Both ends of a move as a heading names them: "A → B", "from A to B", "A to B". */
export interface MoveNames {
  from: string;
  to: string;
}

const FROM_TO = [
  /\bfrom\s+(.{2,60}?)\s+to\s+(.{2,60}?)(?=\s*(?:[:,(]|\.\s|$))/i,
  /\bvon\s+(.{2,60}?)\s+(?:nach|zu|auf)\s+(.{2,60}?)(?=\s*(?:[:,(]|\.\s|$))/i,
  /\b(?:de|desde)\s+(.{2,60}?)\s+(?:vers|à|a)\s+(.{2,60}?)(?=\s*(?:[:,(]|\.\s|$))/i,
  /^(.{2,40}?)\s+(?:to|vers|nach|a)\s+(.{2,40}?)(?=\s*(?:[:,(]|\.\s|$))/i,
] as const;
/** "How we move", "Plan: migrate", in front of the two names. */
const LEAD =
  /^(?:[^:]{0,60}:\s*)?(?:how\s+(?:we|to)\s+)?(?:(?:moving|move|migrating|migrate|migration|switching|switch|leaving|transition|umzug|migracion|migración|traslado)\s+(?:of\s+|the\s+)*(?:from\s+)?)?/i;
const TAIL = /\s+(?:migration|move|transition|umzug|migracion|migración|cutover)?(?:\s+(?:plan|guide|strategy|runbook|triggers?))?$/i;

/** Reads both ends of a move from a title; null where it names none. Pure. */
export function moveNames(title: string): MoveNames | null {
  if (MOVE_ARROW.test(title)) {
    const [from = "", to = ""] = title.split(MOVE_ARROW);
    const left = from.includes(":") ? (from.split(":").at(-1) ?? from) : from;
    return { from: tidied(left.trim() === "" ? from : left), to: tidied(to) };
  }
  const [any, german, latin, bare] = FROM_TO;
  for (const test of [any, german, latin]) {
    const match = test.exec(title);
    if (match !== null) return { from: tidied(match[1] ?? ""), to: tidied(match[2] ?? "") };
  }
  const match = bare.exec(title.replace(LEAD, ""));
  return match === null || /^(?:to|nach|vers|a)\s/i.test(title.replace(LEAD, "")) ? null : { from: tidied(match[1] ?? ""), to: tidied(match[2] ?? "") };
}

function tidied(text: string): string {
  return text
    .replace(/\s*\([^()]*\)\s*/g, " ")
    .replace(/\s[—–|-]\s.*$/u, "")
    .trim()
    .replace(TAIL, "")
    .replace(/^the\s+/i, "")
    .trim();
}

type Stack = Entry<"stacks">;

/** Keys of the stacks a move leads from and to; stacks that nothing in the document describes are added by name. */
export function stacksOfMove(draft: Draft, names: MoveNames | null, line: number, several = false): { from: string; to: string; name: string } {
  const stacks = draft.plan.stacks;
  const main = stacks.filter((stack) => stack.variantOf === undefined && stack.role !== "variant");
  const named = (name: string | undefined) => stacks.find((stack) => name !== undefined && stack.key === stackOf(draft, name)) ?? null;
  let from = named(names?.from);
  let to = named(names?.to);
  // One of several moves: its names are stacks of their own, not the document's current and target.
  if (several && names !== null && usable(names.from) !== null && usable(names.to) !== null) {
    from ??= added(draft, names.from, "current", line);
    to ??= added(draft, names.to, "target", line);
  }
  from ??= main.find((stack) => stack.role === "current" && stack !== to) ?? null;
  to ??=
    main.find((stack) => stack.role === "target" && stack !== from) ??
    (names === null || usable(names.to) === null ? main.find((stack) => stack !== from && stack.role !== "current") : undefined) ??
    null;
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
