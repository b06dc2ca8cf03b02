import { AppError, InvalidInputError } from "@/lib/core/errors";
import { inTransaction } from "@/lib/db/transaction";
import { type Ctx, personOf, requirePermission } from "@/lib/service/context";
import { type CleanSample, readSample } from "./read-sample";
import { findProject, knownMetrics } from "./store";
import { MAX_SAMPLES, type Rejection, type SamplesReport } from "./types";
import { ensurePartitions, type SampleSource, sampleKey, writeSamples } from "./write-samples";

/** Input of ingestSamples: the items are judged one by one. */
export interface IngestInput {
  project: string;
  samples: unknown;
  source?: SampleSource;
}

/**
 * Stores the good samples of a call in one transaction and reports every refused one with its index. Sending the
 * same samples again changes nothing. Not audited: facts are kept with their sender, and the chain is for commands.
 * @throws InvalidInputError when the body is no list; AppError too-large over 10,000; NotFoundError.
 */
export async function ingestSamples(ctx: Ctx, input: IngestInput): Promise<SamplesReport> {
  requirePermission(ctx, "sample.ingest");
  const list = input.samples;
  if (!Array.isArray(list)) throw new InvalidInputError('The body is a list of samples: [{"metric", "value", "at"}].');
  if (list.length > MAX_SAMPLES) throw new AppError("too-large", `${list.length} samples; at most ${MAX_SAMPLES} fit in one call. Send them in several.`);
  const project = await findProject(ctx.db, input.project);
  const { samples, rejected, repeated } = sift(list, await knownMetrics(ctx.db.pool, project.id), ctx.now);
  await ensurePartitions(
    ctx.db,
    samples.map(({ sample }) => sample.at),
  );
  const clean = samples.map(({ sample }) => sample);
  const written = await inTransaction(ctx.db, (tx) => writeSamples(tx, project.id, clean, { source: input.source ?? "pushed", actorId: personOf(ctx.actor) }));
  for (const { index, sample } of samples) {
    const stored = written.conflicts.get(sampleKey(sample));
    if (stored !== undefined) rejected.push(conflict(index, sample, stored));
  }
  rejected.sort((a, b) => a.index - b.index);
  const accepted = clean.length - written.conflicts.size + repeated;
  return { accepted, duplicates: accepted - written.inserted, rejected };
}

/** Good samples with their index, refused ones, and how many were sent twice with the same value. */
function sift(list: unknown[], known: Parameters<typeof readSample>[1], now: Date) {
  const rejected: Rejection[] = [];
  const seen = new Map<string, { index: number; sample: CleanSample }>();
  let repeated = 0;
  list.forEach((raw, index) => {
    const result = readSample(raw, known, now);
    if (!result.ok) {
      rejected.push({ index, metric: result.metric, code: result.code, message: result.message });
      return;
    }
    const key = sampleKey(result.sample);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, { index, sample: result.sample });
    else if (before.sample.value === result.sample.value) repeated += 1;
    else rejected.push(conflict(index, result.sample, before.sample.value));
  });
  return { samples: [...seen.values()], rejected, repeated };
}

function conflict(index: number, sample: CleanSample, stored: number): Rejection {
  return {
    index,
    metric: sample.metric.key,
    code: "conflict",
    message: `At ${sample.at.toISOString()} the value ${stored} is stored already; ${sample.value} was not taken. Samples are facts: send a later one.`,
  };
}
