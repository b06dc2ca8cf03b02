import { z } from "zod";
import { RefusedError } from "@/lib/core/errors";
import { inTransaction, rows } from "@/lib/db/transaction";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { GAME_FAULTS, type GameEvent, type GameScore, scoreGameDay } from "./game-score";
import { loadRun } from "./load-run";
import { applyTransition, type JournalInput } from "./transition";
import { ENDED } from "./types";

const note = z.strictObject({
  runId: z.string().min(1).max(64),
  fault: z.enum(GAME_FAULTS),
  phase: z.enum(["injected", "healed"]),
  detail: z.string().max(500).default(""),
});

/**
 * Writes into the journal of a rehearsal that a fault was planted or taken away, so that nobody takes it for a real one.
 * @throws RefusedError for a live run and one that is over: faults are only planted in rehearsals.
 */
export async function noteFault(ctx: Ctx, raw: unknown): Promise<void> {
  requirePermission(ctx, "run.operate");
  const { runId, fault, phase, detail } = parseInput(note, raw);
  const message = phase === "injected" ? `Game day: the fault "${fault}" was planted. ${detail}` : `Game day: the fault "${fault}" was taken away. ${detail}`;
  await write(ctx, runId, { type: `game-day.${phase}`, message: message.trim(), data: { fault } }, phase === "healed");
}

/** Everything of the journal that a score looks at. */
function eventsOf(ctx: Ctx, runId: string): Promise<GameEvent[]> {
  return rows<GameEvent>(ctx.db.pool, "SELECT seq, at, epoch, type, message, data FROM journal_event WHERE run_id = $1 ORDER BY seq", [runId]);
}

/** Scores what the run did about the fault that was planted last, keeps the score in its journal and returns it. */
export async function scoreFault(ctx: Ctx, runId: string): Promise<GameScore> {
  requirePermission(ctx, "run.operate");
  const run = await loadRun(ctx.db.pool, runId);
  const score = scoreGameDay(await eventsOf(ctx, runId), { status: run.status, trafficPercent: run.trafficPercent });
  if (score === null) throw new RefusedError("No fault was planted in this run.", ["Plant one first."]);
  const event: JournalInput = { type: "game-day.score", message: `Game day: ${score.fault}: ${score.verdict}`, data: { ...score } };
  await write(ctx, runId, event, true);
  return score;
}

async function write(ctx: Ctx, runId: string, event: JournalInput, alsoEnded: boolean): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    const run = await loadRun(tx, runId, { lock: true });
    const reasons = [
      ...(run.mode === "live" ? ["Faults are only planted in rehearsals."] : []),
      ...(run.startedAt === null ? ["The run has not been started."] : []),
      ...(ENDED.includes(run.status) && !alsoEnded ? ["The run is over."] : []),
    ];
    if (reasons.length > 0) throw new RefusedError(reasons.join(" "), reasons);
    await applyTransition(tx, ctx, run, { events: [event], audit: { action: `run.${event.type}`, after: event.data } }, { version: run.version });
  });
}
