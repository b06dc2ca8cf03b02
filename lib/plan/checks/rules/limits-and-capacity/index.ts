import type { Rule } from "../../types";
import { rule as budgetBelowPlan } from "./budget-below-plan";
import { rule as freeTierVsExpectedUsage } from "./free-tier-vs-expected-usage";
import { rule as hostOvercommitted } from "./host-overcommitted";
import { rule as triggerVsCapacity } from "./trigger-vs-capacity";
import { rule as triggerVsTargetCapacity } from "./trigger-vs-target-capacity";

export const rules: readonly Rule[] = [triggerVsTargetCapacity, triggerVsCapacity, freeTierVsExpectedUsage, hostOvercommitted, budgetBelowPlan];
