import type { Tx } from "@/lib/db/transaction";
import type { FocusCharge } from "./focus";

/** Columns of the temporary table a bill is copied into, after `line`: field, column, type. */
export const BILL_COLUMNS = [
  ["identity", "identity", "text NOT NULL"],
  ["chargeStart", "charge_period_start", "timestamptz(3) NOT NULL"],
  ["chargeEnd", "charge_period_end", "timestamptz(3) NOT NULL"],
  ["billingStart", "billing_period_start", "timestamptz(3) NOT NULL"],
  ["billingEnd", "billing_period_end", "timestamptz(3) NOT NULL"],
  ["billedCost", "billed_cost", "numeric(32,15) NOT NULL"],
  ["effectiveCost", "effective_cost", "numeric(32,15)"],
  ["listCost", "list_cost", "numeric(32,15)"],
  ["contractedCost", "contracted_cost", "numeric(32,15)"],
  ["currency", "currency", "char(3) NOT NULL"],
  ["provider", "provider", "text"],
  ["serviceName", "service_name", "text"],
  ["serviceCategory", "service_category", "text"],
  ["chargeCategory", "charge_category", "text"],
  ["chargeDescription", "charge_description", "text"],
  ["resourceRef", "resource_ref", "text"],
  ["resourceName", "resource_name", "text"],
  ["region", "region", "text"],
  ["skuId", "sku_id", "text"],
  ["usageQuantity", "usage_quantity", "numeric(28,12)"],
  ["usageUnit", "usage_unit", "text"],
  ["tags", "tags", "jsonb NOT NULL"],
] as const satisfies readonly (readonly [keyof FocusCharge, string, string])[];

/** Columns of a charge that carry its values, beside its key and its import. */
export const CHARGE_COLUMNS = [
  ...BILL_COLUMNS.map(([, column]) => column).filter((column) => column !== "identity" && column !== "charge_period_start"),
  "stack_id",
];

export const CREATE_BILL_ROW = `
  CREATE TEMPORARY TABLE bill_row (
    line bigint NOT NULL,
    ${BILL_COLUMNS.map(([, column, type]) => `${column} ${type}`).join(",\n    ")},
    source_key text,
    stack_id text
  ) ON COMMIT DROP`;

/**
 * Writes the roll-up of whole UTC months (`YYYY-MM`) again from the charges that start in them. A charge longer than
 * a day is spread evenly over its days, but never beyond the month it starts in: monthly bills give a line instead
 * of a spike, and a month's total stays the sum of its charges to the last decimal.
 */
export async function rewriteChargeDays(tx: Tx, projectId: string, months: readonly string[]): Promise<void> {
  for (const month of [...new Set(months)]) {
    const first = `${month}-01`;
    await tx.query("DELETE FROM charge_day WHERE project_id = $1 AND day >= $2::date AND day < ($2::date + interval '1 month')::date", [projectId, first]);
    await tx.query(
      `INSERT INTO charge_day (project_id, day, provider, service_name, service_category, stack_id, currency, billed_cost, effective_cost, rows)
       SELECT $1, s.first + i, s.provider, s.service, s.category, s.stack, s.currency,
              sum(CASE WHEN i < s.days - 1 THEN round(s.billed / s.days, 15) ELSE s.billed - round(s.billed / s.days, 15) * (s.days - 1) END),
              sum(CASE WHEN i < s.days - 1 THEN round(s.effective / s.days, 15) ELSE s.effective - round(s.effective / s.days, 15) * (s.days - 1) END),
              count(*) FILTER (WHERE i = 0)
       FROM (
         SELECT COALESCE(provider, '') AS provider, COALESCE(service_name, '') AS service, COALESCE(service_category, '') AS category,
                COALESCE(stack_id, '') AS stack, currency, billed_cost AS billed, COALESCE(effective_cost, billed_cost) AS effective,
                (charge_period_start AT TIME ZONE 'UTC')::date AS first,
                ((LEAST(charge_period_end AT TIME ZONE 'UTC', $2::date + interval '1 month') - interval '1 millisecond')::date
                  - (charge_period_start AT TIME ZONE 'UTC')::date) + 1 AS days
         FROM charge
         WHERE project_id = $1 AND charge_period_start >= $2::date::timestamp AT TIME ZONE 'UTC'
           AND charge_period_start < ($2::date + interval '1 month') AT TIME ZONE 'UTC'
       ) s CROSS JOIN LATERAL generate_series(0, s.days - 1) i
       GROUP BY 2, 3, 4, 5, 6, 7`,
      [projectId, first],
    );
  }
}
