import { InvalidInputError } from "@/lib/core/errors";
import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { readSample } from "./read-sample";
import { findProject, knownMetrics } from "./store";
import { enterSampleInput } from "./types";
import { ensurePartitions, sampleKey, writeSamples } from "./write-samples";

/** What was entered, with what is needed to take it back. */
export interface EnteredSample {
  project: string;
  metric: string;
  value: number;
  at: string;
}

const FIELD_OF = { shape: "metric", "unknown-metric": "metric", value: "value", time: "at", labels: "labels", conflict: "at" } as const;

/** Text of a form as a number where it is one; anything else is left for the check to refuse. */
function fromForm(value: number | boolean | string): unknown {
  if (typeof value !== "string") return value;
  const plain = value.trim().replace(/[\s_,](?=\d{3}(\D|$))/g, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : value.trim();
}

/**
 * Stores one value that a person knows. Audited, and can be taken back for ten seconds (undoSample).
 * @throws InvalidInputError naming the field; NotFoundError.
 */
export async function enterSample(ctx: Ctx, raw: unknown): Promise<EnteredSample> {
  requirePermission(ctx, "sample.ingest");
  const input = parseInput(enterSampleInput, raw);
  const project = await findProject(ctx.db, input.project);
  const item = { metric: input.metric, value: fromForm(input.value), ...(input.at ? { at: input.at } : {}) };
  const result = readSample(item, await knownMetrics(ctx.db.pool, project.id), ctx.now);
  if (!result.ok) throw new InvalidInputError(result.message, [{ path: FIELD_OF[result.code], message: result.message }]);
  const { sample } = result;
  await ensurePartitions(ctx.db, [sample.at]);
  await inTransaction(ctx.db, async (tx) => {
    const written = await writeSamples(tx, project.id, [sample], { source: "entered", actorId: personOf(ctx.actor) });
    const stored = written.conflicts.get(sampleKey(sample));
    if (stored !== undefined) {
      const message = `At this moment the value ${stored} is stored already. Enter the new value with a later time.`;
      throw new InvalidInputError(message, [{ path: "at", message }]);
    }
    await writeAudit(tx, ctx, {
      action: "sample.enter",
      object: { type: "metric", id: sample.metric.id, name: sample.metric.key },
      projectId: project.id,
      after: { value: sample.value, at: sample.at.toISOString() },
    });
  });
  return { project: project.slug, metric: sample.metric.key, value: sample.value, at: sample.at.toISOString() };
}
