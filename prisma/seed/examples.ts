import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { addMonths, monthStart } from "@/lib/core/time";
import { importBill } from "@/lib/cost/import-bill";
import { pricedItemOf, type StoredLineItem } from "@/lib/cost/line-item";
import { monthlyInterval } from "@/lib/cost/price";
import { type ExampleService, exampleCharges, focusCsv } from "@/lib/cost/testing/example-bill";
import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { MAX_SAMPLES } from "@/lib/metric/types";
import { importPlan } from "@/lib/plan/import-plan";
import type { Ctx } from "@/lib/service/context";
import { type ExampleMetric, exampleTimes, exampleValue } from "@/prisma/seed/example-metrics";

const root = path.resolve(import.meta.dirname, "../..");

/** The five example systems through the real doors: plan import, sample ingest, bill import. Marked as example data. */
export async function seedExamples(db: Db, now: Date, say: (line: string) => void): Promise<string[]> {
  const ctx: Ctx = { actor: { kind: "cli", name: "demo" }, db, now };
  const files = (await readdir(path.join(root, "examples"))).filter((name) => name.endsWith(".yaml")).sort();
  const slugs: string[] = [];
  for (const file of files) {
    const source = await readFile(path.join(root, "examples", file), "utf8");
    const { slug, projectId } = await importPlan(ctx, { source, note: "example system" });
    await db.prisma.project.update({ where: { id: projectId }, data: { exampleData: true } });
    const monthlyCost = (await servicesOf(db, slug)).reduce((total, service) => total + service.monthly, 0);
    const metrics = (await exampleMetrics(db, slug)).map((metric) => ({ ...metric, monthlyCost }));
    const samples = await seedSamples(ctx, slug, metrics, now);
    const charges = await seedBill(ctx, slug, now);
    say(`${slug}: plan, ${samples} example samples, ${charges} example charges.`);
    slugs.push(slug);
  }
  return slugs;
}

/** Metrics of a project with every threshold that refers to them. */
export async function exampleMetrics(db: Db, slug: string): Promise<ExampleMetric[]> {
  const found = await rows<Omit<ExampleMetric, "projectSlug" | "monthlyCost">>(
    db.pool,
    `SELECT m.key, m.unit, m.kind,
            coalesce((SELECT json_agg(json_build_object('op', t.op, 'value', t.value)) FROM trigger t
                       WHERE t.metric_id = m.id AND t.removed_at IS NULL AND t.kind <> 'block'), '[]'::json)::jsonb
            || coalesce((SELECT json_agg(json_build_object('op', coalesce(a.op, '>'), 'value', coalesce(a.warning, a.critical))) FROM alert_rule a
                       WHERE a.metric_id = m.id AND a.removed_at IS NULL AND coalesce(a.warning, a.critical) IS NOT NULL), '[]'::json)::jsonb AS thresholds,
            coalesce((SELECT json_agg(json_build_object('op', g->>'op', 'value', (g->>'value')::double precision))
                        FROM runbook_version v, jsonb_array_elements(v.document->'guards') g
                       WHERE v.project_id = p.id AND g->'source'->>'type' = 'metric' AND g->'source'->>'metric' = m.key), '[]'::json) AS guards
       FROM metric m JOIN project p ON p.id = m.project_id WHERE p.slug = $1 AND m.removed_at IS NULL ORDER BY m.key`,
    [slug],
  );
  return found.map((metric) => ({ ...metric, projectSlug: slug }));
}

async function seedSamples(ctx: Ctx, slug: string, metrics: ExampleMetric[], now: Date): Promise<number> {
  const times = exampleTimes(now);
  const samples = metrics.flatMap((metric) => times.map((at) => ({ metric: metric.key, value: exampleValue(metric, at, now), at: at.toISOString() })));
  for (let from = 0; from < samples.length; from += MAX_SAMPLES) {
    const report = await ingestSamples(ctx, { project: slug, samples: samples.slice(from, from + MAX_SAMPLES) });
    const refused = report.rejected[0];
    if (refused !== undefined) throw new Error(`${slug}: example sample refused: ${refused.message}`);
  }
  return samples.length;
}

/** Services of the stack the project runs on, priced in the middle of their planned range. */
async function servicesOf(db: Db, slug: string): Promise<ExampleService[]> {
  const items = await rows<StoredLineItem & { stack: string; resource: string; kind: string; provider: string | null }>(
    db.pool,
    `SELECT l.name, l.form, l.min, l.max, l.currency, l.period, l.quantity, l.approximate, l.cost_class AS "costClass", l.text, l.detail,
            s.key AS stack, r.name AS resource, r.kind, r.provider
       FROM line_item l JOIN resource r ON r.id = l.resource_id JOIN stack s ON s.id = l.stack_id JOIN project p ON p.id = l.project_id
      WHERE p.slug = $1 AND s.id = p.current_stack_id AND r.removed_at IS NULL AND l.cost_class <> 'labor' ORDER BY r.position`,
    [slug],
  );
  return items.flatMap((item): ExampleService[] => {
    const planned = monthlyInterval(pricedItemOf(item));
    if (planned === null) return [];
    const monthly = planned.max === null ? planned.min : planned.min.plus(planned.max).div(2);
    if (monthly.lte(0)) return [];
    return [{ stack: item.stack, name: item.resource, category: item.kind, provider: item.provider ?? "Other", monthly: monthly.toNumber(), growth: 0.012 }];
  });
}

async function seedBill(ctx: Ctx, slug: string, now: Date): Promise<number> {
  const services = await servicesOf(ctx.db, slug);
  if (services.length === 0) return 0;
  const today = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const charges = exampleCharges(slug, addMonths(monthStart(now), -12), today, "demo", services);
  const result = await importBill(ctx, { project: slug, fileName: "example-year.csv", stream: focusCsv(charges) });
  if (result.rejected > 0) throw new Error(`${slug}: ${result.rejected} example charges were refused.`);
  return result.rows;
}
