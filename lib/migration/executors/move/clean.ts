import { moveNames, OBJECT_PREFIX } from "@/lib/migration/executors/move/names";
import { type Owner, readOwner } from "@/lib/migration/executors/move/owner";
import { moveProblem } from "@/lib/migration/executors/move/problem";
import { readMoveOwner } from "@/lib/migration/executors/move/side-state";
import { type Sides, withSides } from "@/lib/migration/executors/move/sides";
import { removeMarks, removeReplication } from "@/lib/migration/executors/move/sync-undo";
import { endOlderSessions } from "@/lib/migration/executors/sessions";
import type { Executor, Observation, PreflightCheck, Preview, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

/*
 * Ends a move that is over: the way back and everything else the move made goes, the rows stay where they are. In a run of
 * its own, days after the switch; the marks on the servers say which move it was.
 */

type Step = StepOf<"postgres.clean">;

/** Later than any lease. */
const LATEST = 999_999_999;

interface Found {
  own: Owner | null;
  other: Owner | null;
}

/** The marks say whose move it was: that of another run than the one that cleans up. */
async function find(sides: Sides): Promise<Found> {
  const mark = await readOwner(sides.target);
  const own = mark === null ? null : await readMoveOwner({ ...sides, names: moveNames(mark.runId, mark.moveKey) });
  return { own, other: await readOwner(sides.source) };
}

/** Why nothing may be removed; null when it may. */
function refusal({ own, other }: Found): string | null {
  if (own === null && other === null) return null;
  if (own !== null && other !== null && own.hash !== other.hash) return `The two servers belong to different moves (${own.runId}, ${other.runId}).`;
  if (own === null) return null;
  if (own.phase === "switching") return "The switch is under way.";
  if (own.phase !== "switched") return "The source still has authority: roll the move back instead, that empties the target too.";
  return null;
}

async function apply(step: Step, context: StepContext): Promise<StepResult> {
  try {
    return await withSides(step.with, context, async (sides) => {
      const found = await find(sides);
      const reason = refusal(found);
      if (reason !== null) return { type: "failed", reason };
      const mark = found.own ?? found.other;
      if (mark === null) return { type: "done", output: { removed: 0 } };
      // The run that moved has ended; a session of it that is left would hold its slots.
      for (const client of [sides.source, sides.target]) await endOlderSessions(client, { runId: mark.runId, epoch: LATEST });
      await removeReplication(sides, moveNames(mark.runId, mark.moveKey), found.own, context.log);
      await removeMarks(sides, found.own, found.other);
      return { type: "done", output: { removed: 1, moveOfRun: mark.runId } };
    });
  } catch (error) {
    return moveProblem(error);
  }
}

/** The wanted state is that nothing is there. */
async function observe(step: Step, context: StepContext): Promise<Observation> {
  return await withSides(step.with, context, async (sides) => {
    const { own, other } = await find(sides);
    const facts = { target: own?.runId ?? null, source: other?.runId ?? null };
    return { state: own === null && other === null ? "present" : "absent", facts };
  });
}

async function preflight(step: Step, context: StepContext): Promise<PreflightCheck[]> {
  try {
    return await withSides(step.with, context, async (sides) => {
      const found = await find(sides);
      const reason = refusal(found);
      if (reason !== null) return [{ name: "move", level: "warn", message: reason, fix: "It is asked again when the step begins." }];
      const mark = found.own ?? found.other;
      if (mark === null) return [{ name: "move", level: "warn", message: "There is nothing of a move on either server.", fix: "Check the connections." }];
      return [{ name: "move", level: "pass", message: `The objects are of run ${mark.runId}.` }];
    });
  } catch (error) {
    return [
      { name: "reachable", level: "block", message: error instanceof Error ? error.message : String(error), fix: "Test both connections in the settings." },
    ];
  }
}

function preview({ with: { from, to } }: Step): Preview {
  const name = (end: string) => `${OBJECT_PREFIX}…_${end}`;
  return {
    summary: `End the move from ${from} to ${to}: remove the way back. The rows on ${to} stay.`,
    lines: [
      `${from}: DROP SUBSCRIPTION ${name("rev")}; ${to}: SELECT pg_drop_replication_slot('${name("rev")}'); DROP PUBLICATION ${name("rev")}`,
      `${to}: DROP SUBSCRIPTION ${name("fwd")}; ${from}: SELECT pg_drop_replication_slot('${name("fwd")}'); DROP PUBLICATION ${name("fwd")}`,
      `Both: DROP EVENT TRIGGER IF EXISTS ${name("freeze")}, ${name("freeze_drop")}; DROP SCHEMA switchyard_move`,
      `What was written on ${to} after this does not reach ${from} any more.`,
    ],
    undo: "Cannot be undone: from here on going back would lose writes. Mark the step as point of no return.",
    reversible: false,
  };
}

/** Nothing brings the way back again; where nothing was removed yet, there is nothing to undo. */
async function undo(step: Step, context: StepContext): Promise<StepResult> {
  try {
    const { state } = await observe(step, context);
    if (state === "absent") return { type: "done", output: { removed: 0 } };
    return { type: "failed", reason: "The way back was removed and cannot be made again: a person decides." };
  } catch (error) {
    return moveProblem(error);
  }
}

export const postgresClean: Executor<"postgres.clean"> = {
  kind: "postgres.clean",
  version: 1,
  idempotency: "D",
  cancel: "safe-point",
  timeoutMs: 600_000,
  attempts: 5,
  movesTraffic: false,
  preview,
  preflight,
  observe,
  apply,
  verify: async (step, context) => {
    const { state } = await observe(step, context);
    return state === "present" ? { type: "done" } : { type: "failed", reason: "Objects of the move are still there." };
  },
  undo,
};
