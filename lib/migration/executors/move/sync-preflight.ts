import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { readOwner } from "@/lib/migration/executors/move/owner";
import { preflightMove } from "@/lib/migration/executors/move/preflight/preflight-move";
import { withSides } from "@/lib/migration/executors/move/sides";
import { moveTables } from "@/lib/migration/executors/move/tables";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/** From this share of all rows on, one table decides how long the copy takes. */
const LARGE_SHARE = 0.5;
const LARGE_BYTES = 1_000_000_000;

/** How the servers will share the copy among them: a setting of the target that no step can change. */
async function parallelCopies(source: pg.Client, target: pg.Client, schemas: string[] | null, jobs: number): Promise<PreflightCheck> {
  const [setting] = await query(target, "SELECT current_setting('max_sync_workers_per_subscription')::int AS workers");
  const workers = Number(setting?.workers);
  const tables = await moveTables(source, schemas);
  const [size] = await query(
    source,
    "SELECT coalesce(sum(pg_table_size(c)), 0)::bigint AS total, coalesce(max(pg_table_size(c)), 0)::bigint AS largest FROM unnest($1::text[]) AS n, to_regclass(n) AS c",
    [tables.map((table) => `${source.escapeIdentifier(table.schema)}.${source.escapeIdentifier(table.name)}`)],
  );
  const [total, largest] = [Number(size?.total), Number(size?.largest)];
  const message = `The target copies ${workers} tables at a time.`;
  if (tables.length > workers && workers < jobs)
    return {
      name: "parallel copies",
      level: "warn",
      message: `${message} The step asks for ${jobs} jobs.`,
      fix: `ALTER SYSTEM SET max_sync_workers_per_subscription = ${jobs} on the target, with max_logical_replication_workers above it, and reload.`,
    };
  if (largest > LARGE_BYTES && largest > total * LARGE_SHARE)
    return {
      name: "parallel copies",
      level: "pass",
      message: `${message} One table has ${Math.round((100 * largest) / total)} % of all bytes and is copied in one piece.`,
    };
  return { name: "parallel copies", level: "pass", message };
}

/** The checks of a live move, and those of this step; nothing is changed on either side (R-PG-1). */
export async function preflightSync(move: MoveConfig, context: StepContext): Promise<PreflightCheck[]> {
  const schemas = move.schemas ?? null;
  const general = await preflightMove(move, context);
  try {
    const own = await withSides(move, context, async ({ source, target, names }) => {
      const checks: PreflightCheck[] = [];
      for (const [side, client] of [
        ["source", source],
        ["target", target],
      ] as const) {
        const owner = await readOwner(client);
        if (owner !== null && owner.hash !== names.hash)
          checks.push({
            name: `${side} free`,
            level: "block",
            message: `The ${side} carries the mark of the move of run ${owner.runId}.`,
            fix: "Roll that run back, or end its move with a step postgres.clean.",
          });
      }
      checks.push(await parallelCopies(source, target, schemas, move.jobs));
      return checks;
    });
    return [...general, ...own];
  } catch (error) {
    return [...general, { name: "reachable", level: "block", message: messageOf(error), fix: "Test both connections in the settings." }];
  }
}
