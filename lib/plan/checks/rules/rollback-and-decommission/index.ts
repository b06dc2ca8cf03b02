import type { Rule } from "../../types";
import { rule as decommissionBeforeWindowEnd } from "./decommission-before-window-end";
import { rule as decommissionDateMissing } from "./decommission-date-missing";
import { rule as destructiveStepWithoutBackup } from "./destructive-step-without-backup";
import { rule as removedWhileKept } from "./removed-while-kept";
import { rule as rollbackPlanMissing } from "./rollback-plan-missing";
import { rule as rollbackTargetAlreadyDecommissioned } from "./rollback-target-already-decommissioned";
import { rule as rollbackWithoutReverseSync } from "./rollback-without-reverse-sync";

export const rules: readonly Rule[] = [
  rollbackPlanMissing,
  rollbackTargetAlreadyDecommissioned,
  rollbackWithoutReverseSync,
  destructiveStepWithoutBackup,
  decommissionBeforeWindowEnd,
  decommissionDateMissing,
  removedWhileKept,
];
