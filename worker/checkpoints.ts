import { messageOf } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { isServerAway } from "@/lib/core/server-away";
import { firstRow, rows } from "@/lib/db/transaction";
import type { Checkpoint, Facts, StepContext } from "@/lib/migration/executors/types";
import { actorRecord } from "@/lib/service/context";
import type { WorkerDeps } from "./deps";
import type { Claim } from "./lease";
import type { LocalEntry } from "./local-journal";
import type { OwnedRun } from "./owned-run";

/* Phases of a step that are durable before it goes on. Written in one statement, because clients may be waiting. */

/** Milliseconds our own database may take for one checkpoint; clients of a paused pooler wait as long. */
const WRITE_MS = 1_500;

/** Another worker acts for the run, or nobody does. */
class NotHeld extends Error {
  constructor() {
    super("the lease of the run is not held any more");
  }
}

/** Our own database said nothing in time: whether it did what was asked cannot be known. */
class NoAnswer extends Error {
  constructor() {
    super(`our own database did not answer within ${WRITE_MS} ms`);
  }
}

/** Which step in which direction, and which try of it. */
export interface CheckpointPlace {
  stepId: string;
  stepKey: string;
  direction: "apply" | "undo";
  attempt: number;
}

/** Checkpoints of a step in one direction, oldest first, of every epoch. */
export async function loadCheckpoints(owned: OwnedRun, place: Pick<CheckpointPlace, "stepId" | "direction">): Promise<Checkpoint[]> {
  return await rows<Checkpoint>(
    owned.deps.db.pool,
    "SELECT phase, at, facts, epoch FROM step_checkpoint WHERE step_id = $1 AND direction = $2 ORDER BY at, seq",
    [place.stepId, place.direction],
  );
}

/** The three parts of a step's context that write and know checkpoints. */
export function checkpointing(owned: OwnedRun, place: CheckpointPlace, known: Checkpoint[]): Pick<StepContext, "checkpoint" | "note" | "checkpoints"> {
  const { deps, lease } = owned;
  const reached = ({ phase, at, facts, epoch }: LocalEntry) => void known.push({ phase, at: new Date(at), facts, epoch });
  return {
    checkpoints: known,
    checkpoint: async (phase, facts = {}) => {
      const entry = entryOf(owned, place, phase, facts);
      try {
        await inTime(writeOne(deps, entry, lease.claim));
        reached(entry);
      } catch (error) {
        // Whether it was written cannot be known unless it was refused: sending it again under the same id is harmless, losing it is not.
        if (!(error instanceof NotHeld)) deps.localJournal.keep(entry);
        throw new Error(`The phase "${phase}" could not be made durable: ${messageOf(error)}`, { cause: error });
      }
    },
    note: async (phase, facts = {}) => {
      const entry = entryOf(owned, place, phase, facts);
      reached(entry);
      await inTime(writeOne(deps, entry, lease.claim)).catch((error: unknown) => {
        deps.log.warn({ reason: messageOf(error), runId: owned.id, phase }, "will be told afterwards");
        deps.localJournal.keep(entry);
      });
    },
  };
}

/** Entries the database refused: asked again at every look, told once. */
const refused = new Set<string>();

/**
 * Sends what the local journal kept while our own database was away. Returns how many entries were sent. An entry the
 * database refuses keeps nobody from looking for work: one of a run that is not there (any more) is dropped, any other stays.
 * @throws Error while our own database is away
 */
export async function sendLocalJournal(deps: WorkerDeps): Promise<number> {
  let sent = 0;
  for (const entry of deps.localJournal.waiting()) {
    try {
      await inTime(writeOne(deps, entry, null));
      sent += 1;
    } catch (error) {
      const { id, runId, phase } = entry;
      const gone = error instanceof NotHeld;
      if (!gone && (error instanceof NoAnswer || isServerAway(error))) throw error;
      if (!refused.has(id))
        deps.log.warn({ reason: messageOf(error), runId, phase, id }, gone ? "a checkpoint of a run that is gone" : "a checkpoint was refused");
      refused.add(id);
      if (!gone) continue;
    }
    deps.localJournal.sent(entry.id);
  }
  return sent;
}

function entryOf(owned: OwnedRun, place: CheckpointPlace, phase: string, facts: Facts): LocalEntry {
  return {
    schemaVersion: 1,
    id: newId(),
    runId: owned.id,
    ...place,
    epoch: owned.lease.claim.epoch,
    phase,
    at: owned.now().toISOString(),
    facts: owned.redactor.value(facts),
  };
}

/**
 * One checkpoint with its journal entry. With a fence only while that worker holds the lease; without one it tells what
 * happened earlier. @throws NotHeld when it is not held, or the run is gone
 */
async function writeOne(deps: WorkerDeps, entry: LocalEntry, fence: Pick<Claim, "owner"> | null): Promise<void> {
  const message = `"${entry.stepKey}": ${entry.phase}${fence === null ? ", told afterwards" : ""}.`;
  const written = await firstRow<{ found: boolean; known: boolean }>(
    deps.db.pool,
    `WITH known AS (SELECT 1 FROM step_checkpoint WHERE id = $1),
     place AS (
       UPDATE run SET journal_seq = journal_seq + 1
        WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM known)
          AND ($11::text IS NULL OR (lease_owner = $11 AND epoch = $6 AND lease_until > clock_timestamp()))
       RETURNING journal_seq AS seq),
     point AS (
       INSERT INTO step_checkpoint (id, run_id, step_id, direction, epoch, attempt, phase, at, facts, seq)
       SELECT $1, $2, $3, $5, $6, $7, $8, $9::timestamptz, $10::jsonb, seq FROM place),
     told AS (
       INSERT INTO journal_event (run_id, seq, at, epoch, type, actor, step_key, message, data)
       SELECT $2, seq, clock_timestamp(), $6, 'step.checkpoint', $12::jsonb, $4, $13,
              jsonb_build_object('phase', $8::text, 'direction', $5::text, 'at', $9::text, 'facts', $10::jsonb) FROM place)
     SELECT EXISTS (SELECT 1 FROM place) AS found, EXISTS (SELECT 1 FROM known) AS known`,
    [
      entry.id,
      entry.runId,
      entry.stepId,
      entry.stepKey,
      entry.direction,
      entry.epoch,
      entry.attempt,
      entry.phase,
      entry.at,
      JSON.stringify(entry.facts),
      fence?.owner ?? null,
      JSON.stringify(actorRecord({ kind: "worker", name: deps.workerId })),
      message,
    ],
  );
  if (written?.found !== true && written?.known !== true) throw new NotHeld();
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NoAnswer()), WRITE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
