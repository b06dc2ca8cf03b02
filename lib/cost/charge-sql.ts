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

/** Writes the roll-up of the given UTC days (`YYYY-MM-DD`) again from the charges. */
export async function rewriteChargeDays(tx: Tx, projectId: string, days: readonly string[]): Promise<void> {
  if (days.length === 0) return;
  await tx.query("DELETE FROM charge_day WHERE project_id = $1 AND day = ANY($2::date[])", [projectId, days]);
  await tx.query(
    `INSERT INTO charge_day (project_id, day, provider, service_name, service_category, stack_id, currency, billed_cost, effective_cost, rows)
     SELECT $1, (charge_period_start AT TIME ZONE 'UTC')::date, COALESCE(provider, ''), COALESCE(service_name, ''), COALESCE(service_category, ''),
            COALESCE(stack_id, ''), currency, sum(billed_cost), sum(COALESCE(effective_cost, billed_cost)), count(*)
     FROM charge
     WHERE project_id = $1
       AND charge_period_start >= (SELECT min(d) FROM unnest($2::date[]) d)::timestamp AT TIME ZONE 'UTC'
       AND charge_period_start < ((SELECT max(d) FROM unnest($2::date[]) d) + 1)::timestamp AT TIME ZONE 'UTC'
       AND (charge_period_start AT TIME ZONE 'UTC')::date = ANY($2::date[])
     GROUP BY 2, 3, 4, 5, 6, 7`,
    [projectId, days],
  );
}
