import type { Facts, IdempotencyClass, Observation } from "./executors/types";

/*
 * An effect of a lost worker that could not be told from what is there (R-ENG-4): what was seen, and what each choice
 * of the person does. Kept with the step until it is settled.
 */

export interface Unknown {
  /** What was looked at and seen, in words. */
  observed: string;
  choices: { command: "retry" | "confirm" | "skip" | "rollback" | "abort"; does: string }[];
}

/** Key of a step's output under which it is kept. */
export const UNKNOWN = "unknown";

/** The question, for people. `found` null: nothing could be seen, and `why` says so. */
export function unknownOf(step: { idempotency: IdempotencyClass; direction: "apply" | "undo" }, found: Observation | null, why = ""): Unknown {
  return { observed: observed(step.idempotency, found, why), choices: step.direction === "apply" ? forward(step.idempotency) : back() };
}

function observed(idempotency: IdempotencyClass, found: Observation | null, why: string): string {
  if (idempotency === "X") return "Whether it arrived cannot be seen from here. Its intent was written before it was begun, its outcome was not.";
  if (found === null) return `What is there could not be seen: ${why}`;
  const facts = factsText(found.facts);
  const state = {
    absent: "nothing of the step's effect",
    partial: "a beginning of this run",
    present: "the step's effect",
    other: "neither the state before nor the wanted one",
  }[found.state];
  return `Seen: ${state}${facts === "" ? "" : ` (${facts})`}.`;
}

function factsText(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)}`)
    .join(", ")
    .slice(0, 600);
}

function forward(idempotency: IdempotencyClass): Unknown["choices"] {
  const retry = {
    X: "Does it once more, under the same idempotency key. Choose it when it did not arrive.",
    C: "Looks again and makes what is missing. What is there under the same name and is not this run's stays untouched, and the step fails.",
    J: "Proves that the target holds this run's data only, empties it and begins anew.",
    D: "Sets the wanted state again.",
    M: "Raises it again; it never goes down.",
    P: "Reads again.",
  }[idempotency];
  return [
    { command: "retry", does: retry },
    { command: "confirm", does: "Counts the step as done and goes on. Nothing is done for it. Choose it when you saw that the effect is there." },
    { command: "rollback", does: "Undoes what was begun, this step included, in reverse order." },
    { command: "abort", does: "Ends the run and leaves everything as it is." },
  ];
}

function back(): Unknown["choices"] {
  return [
    { command: "retry", does: "Undoes the step once more." },
    { command: "skip", does: "Leaves the step's effect as it is and undoes the steps before it." },
    { command: "abort", does: "Ends the run in the middle of its way back and leaves everything as it is." },
  ];
}

/** The question as it was kept; null when there is none. */
export function readUnknown(output: Facts): Unknown | null {
  const kept = output[UNKNOWN];
  if (typeof kept !== "object" || kept === null || !("observed" in kept) || !("choices" in kept) || !Array.isArray(kept.choices)) return null;
  return kept as Unknown;
}
