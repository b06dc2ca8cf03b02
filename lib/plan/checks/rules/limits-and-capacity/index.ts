import type { Rule } from "../../types";
import { rule as autoscaleMaxVsBudget } from "./autoscale-max-vs-budget";
import { rule as budgetBelowPlan } from "./budget-below-plan";
import { rule as capacityVsAlert } from "./capacity-vs-alert";
import { rule as freeTierVsExpectedUsage } from "./free-tier-vs-expected-usage";
import { rule as hostOvercommitted } from "./host-overcommitted";
import { rule as poolTimesInstancesVsLimit } from "./pool-times-instances-vs-limit";
import { rule as resourceLargerThanCapacity } from "./resource-larger-than-capacity";
import { rule as testBelowPlanLoad } from "./test-below-plan-load";
import { rule as triggerVsCapacity } from "./trigger-vs-capacity";
import { rule as triggerVsTargetCapacity } from "./trigger-vs-target-capacity";

export const rules: readonly Rule[] = [
  triggerVsTargetCapacity,
  triggerVsCapacity,
  freeTierVsExpectedUsage,
  hostOvercommitted,
  budgetBelowPlan,
  autoscaleMaxVsBudget,
  capacityVsAlert,
  poolTimesInstancesVsLimit,
  resourceLargerThanCapacity,
  testBelowPlanLoad,
];
