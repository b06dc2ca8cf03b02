import { z } from "zod";
import { RefusedError } from "@/lib/core/errors";
import { formatInterval, type Interval } from "@/lib/core/money";
import { plannedStacks } from "@/lib/cost/month-total";
import { firstRow, rows } from "@/lib/db/transaction";
import { dailyValues } from "@/lib/metric/series";
import { findProject, listMetrics, type ProjectRef } from "@/lib/metric/store";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { listTriggerGroups } from "@/lib/trigger/store";
import { confidenceOf } from "./confidence";
import { deriveMatrix } from "./derive";
import { placeRows, readMatrix } from "./matrix";
import { projectCrossing } from "./projection";
import {
  type DecisionView,
  type MatrixDocument,
  type MatrixRowView,
  type MetricNow,
  matrixDocument,
  type OptionMatrixView,
  optionDocument,
  type StackRef,
} from "./types";
import { judge } from "./verdict";

const DAY = 86_400_000;

/**
 * The decision matrix of a project now, or at a past moment: values and trigger states as they were, under the rules
 * and on the stack of today.
 * @throws NotFoundError; RefusedError for a moment in the future.
 */
export async function getDecisionView(ctx: Ctx, slugOrId: string, at?: Date): Promise<DecisionView> {
  requirePermission(ctx, "workspace.read");
  if (at !== undefined && at.getTime() > ctx.now.getTime()) throw new RefusedError("That moment lies in the future: only now and the past can be shown.");
  const project = await findProject(ctx.db, slugOrId);
  const moment = at ?? ctx.now;
  const [stacks, metrics, groups, declared, plan, costs] = await Promise.all([
    readStacks(ctx, project.id),
    readMetrics(ctx, project.id, moment),
    listTriggerGroups(ctx.db, project.id, at),
    readDeclared(ctx, project.id),
    readPlan(ctx, project.planVersionId),
    plannedStacks(ctx.db, project, { labor: false }),
  ]);
  const current = stacks.find((stack) => stack.id === project.currentStackId) ?? stacks.find((stack) => stack.role === "current") ?? null;
  const byKey = new Map(metrics.map((metric) => [metric.key, metric]));
  const matrix = declared === null ? deriveMatrix(groups, stacks) : readMatrix(declared, (key) => byKey.get(key)?.unit ?? "");
  const confidence = confidenceOf(matrix, groups, current?.key ?? null, byKey, moment);
  const placed = placeRows(matrix, byKey, moment);
  const verdict = judge({ current, stacks, source: matrix.source, columns: matrix.columns, rows: placed, groups, confidence });
  return {
    project: { slug: project.slug, name: project.name, currency: project.currency },
    at: moment.toISOString(),
    past: at !== undefined,
    current: current === null ? null : stackRef(current),
    stacks: stacks.map(stackRef),
    planVersion: plan.number,
    matrix: {
      source: matrix.source,
      title: matrix.title,
      columns: matrix.columns.map((column) => {
        const stack = stacks.find((one) => one.key === column.stack);
        return { ...column, name: stack?.name ?? column.label, cost: costText(stack === undefined ? undefined : costs.get(stack.id)) };
      }),
      rows: await withHistory(ctx, project, placed, moment),
    },
    verdict,
    confidence,
    groups,
    optionMatrices: plan.options,
  };
}

/** Prices that are not known make the sum a lower bound. */
function costText(cost: { interval: Interval; unknown: number; currency: string } | undefined): string | null {
  if (cost === undefined) return null;
  const text = formatInterval(cost.interval, cost.currency);
  return cost.unknown > 0 ? `at least ${text}` : text;
}

const stackRef = ({ key, name, position }: StackRef): StackRef => ({ key, name, position });

function readStacks(ctx: Ctx, projectId: string) {
  return rows<StackRef & { id: string; role: string }>(
    ctx.db.pool,
    "SELECT id, key, name, position, role FROM stack WHERE project_id = $1 AND removed_at IS NULL ORDER BY position, key",
    [projectId],
  );
}

async function readMetrics(ctx: Ctx, projectId: string, moment: Date): Promise<MetricNow[]> {
  const list = await listMetrics(ctx.db, projectId, moment);
  return list.map(({ key, name, unit, kind, latest, freshness }) => ({
    key,
    name,
    unit,
    kind,
    value: latest?.value ?? null,
    at: latest === null ? null : new Date(latest.at),
    source: latest?.source ?? null,
    freshness,
  }));
}

/** The declared matrix; null where the plan has none. */
async function readDeclared(ctx: Ctx, projectId: string): Promise<MatrixDocument | null> {
  const stored = await firstRow<{ document: unknown }>(
    ctx.db.pool,
    "SELECT document FROM decision_matrix WHERE project_id = $1 AND removed_at IS NULL ORDER BY key LIMIT 1",
    [projectId],
  );
  return stored === null ? null : matrixDocument.parse(stored.document);
}

/** Number and option matrices of the applied plan. */
async function readPlan(ctx: Ctx, id: string | null): Promise<{ number: number | null; options: OptionMatrixView[] }> {
  if (id === null) return { number: null, options: [] };
  const plan = await firstRow<{ number: number; options: unknown }>(
    ctx.db.pool,
    "SELECT number, coalesce(document->'optionMatrices', '[]'::jsonb) AS options FROM plan_version WHERE id = $1",
    [id],
  );
  return { number: plan?.number ?? null, options: z.array(optionDocument).parse(plan?.options ?? []) };
}

/** Adds the last 90 days and the projected crossing to each row with a number. */
async function withHistory(ctx: Ctx, project: ProjectRef, placed: Omit<MatrixRowView, "spark" | "projection">[], moment: Date): Promise<MatrixRowView[]> {
  const ids = await rows<{ id: string; key: string }>(ctx.db.pool, "SELECT id, key FROM metric WHERE project_id = $1 AND key = ANY ($2)", [
    project.id,
    placed.map((row) => row.metric),
  ]);
  const daily = await dailyValues(
    ctx.db,
    project.id,
    ids.map((metric) => metric.id),
    new Date(moment.getTime() - 90 * DAY),
    moment,
  );
  return placed.map((row) => {
    const history = daily.get(ids.find((metric) => metric.key === row.metric)?.id ?? "") ?? [];
    const asked = row.role === "condition" && row.kind === "number" && row.edge !== null;
    return {
      ...row,
      spark: history.slice(-60).map((point) => point.value),
      projection: asked && row.edge !== null ? projectCrossing(history, row.edge.value, row.edge.direction, moment) : null,
    };
  });
}
