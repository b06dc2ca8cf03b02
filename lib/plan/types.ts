import { z } from "zod";
import { planSchema } from "./types/document";
import type { budget as budgetSchema, scalingStage as scalingStageSchema, unitEconomics as unitEconomicsSchema } from "./types/economics";
import type { decisionMatrix as decisionMatrixSchema, matrixCell as matrixCellSchema, optionMatrix as optionMatrixSchema } from "./types/matrix";
import type {
  alertRule as alertRuleSchema,
  channel as channelSchema,
  metric as metricSchema,
  target as targetSchema,
  triggerGroup as triggerGroupSchema,
  trigger as triggerSchema,
} from "./types/metric";
import type { migration as migrationSchema, phase as phaseSchema, planGuard as planGuardSchema, planStep as planStepSchema } from "./types/migration";
import type { backup as backupSchema, monitor as monitorSchema } from "./types/operations";
import type {
  lineItem as lineItemSchema,
  otherPrice as otherPriceSchema,
  price as priceSchema,
  pricingRule as pricingRuleSchema,
  statedTotal as statedTotalSchema,
} from "./types/price";
import type { resource as resourceSchema, stack as stackSchema } from "./types/stack";

export { KEY_PATTERN, OPERATORS } from "./types/common";
export { documentMeta, planSchema, project } from "./types/document";
export {
  budget,
  claim,
  costComparison,
  replacement,
  scalingStage,
  unitEconomics,
} from "./types/economics";
export {
  decisionMatrix,
  matrixCell,
  matrixRow,
  optionMatrix,
} from "./types/matrix";
export {
  AGGREGATIONS,
  ALERT_NO_DATA,
  alertRule,
  channel,
  METRIC_KINDS,
  metric,
  successCriterion,
  TRIGGER_KINDS,
  TRIGGER_NO_DATA,
  target,
  trigger,
  triggerGroup,
} from "./types/metric";
export {
  ACTIVITIES,
  cutoverEvent,
  migration,
  phase,
  planGuard,
  planStep,
  trafficEntry,
} from "./types/migration";
export { backup, MONITOR_TYPES, monitor } from "./types/operations";
export {
  allowance,
  lineItem,
  otherPrice,
  overage,
  PERIODS,
  PRICE_FORMS,
  price,
  pricingRule,
  statedTotal,
} from "./types/price";
export { RESOURCE_KINDS, resource, STACK_ROLES, stack } from "./types/stack";

/** A parsed plan: defaults filled in. */
export type Plan = z.infer<typeof planSchema>;
/** A plan as a person writes it. */
export type PlanInput = z.input<typeof planSchema>;
export type PlanStack = z.infer<typeof stackSchema>;
export type PlanResource = z.infer<typeof resourceSchema>;
export type PlanLineItem = z.infer<typeof lineItemSchema>;
export type PlanPrice = z.infer<typeof priceSchema>;
export type PlanStatedTotal = z.infer<typeof statedTotalSchema>;
export type PlanOtherPrice = z.infer<typeof otherPriceSchema>;
export type PlanPricingRule = z.infer<typeof pricingRuleSchema>;
export type PlanMetric = z.infer<typeof metricSchema>;
export type PlanTrigger = z.infer<typeof triggerSchema>;
export type PlanTriggerGroup = z.infer<typeof triggerGroupSchema>;
export type PlanTarget = z.infer<typeof targetSchema>;
export type PlanAlertRule = z.infer<typeof alertRuleSchema>;
export type PlanChannel = z.infer<typeof channelSchema>;
export type PlanDecisionMatrix = z.infer<typeof decisionMatrixSchema>;
export type PlanMatrixCell = z.infer<typeof matrixCellSchema>;
export type PlanOptionMatrix = z.infer<typeof optionMatrixSchema>;
export type PlanMigration = z.infer<typeof migrationSchema>;
export type PlanPhase = z.infer<typeof phaseSchema>;
export type PlanStep = z.infer<typeof planStepSchema>;
export type PlanGuard = z.infer<typeof planGuardSchema>;
export type PlanMonitor = z.infer<typeof monitorSchema>;
export type PlanBackup = z.infer<typeof backupSchema>;
export type PlanBudget = z.infer<typeof budgetSchema>;
export type PlanScalingStage = z.infer<typeof scalingStageSchema>;
export type PlanUnitEconomics = z.infer<typeof unitEconomicsSchema>;

/** The plan format as JSON Schema (draft 2020-12) for editors; what a person writes, so defaults are optional. */
export function planJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(planSchema, { io: "input", reused: "ref" });
  return { ...schema, title: "Switchyard plan" };
}
