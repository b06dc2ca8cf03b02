import type { Rule } from "../../types";
import { rule as alertBelowBaseline } from "./alert-below-baseline";
import { rule as alertLevelsOutOfOrder } from "./alert-levels-out-of-order";
import { rule as combinationNotStated } from "./combination-not-stated";
import { rule as matrixDiffersFromTrigger } from "./matrix-differs-from-trigger";
import { rule as rollbackTriggerUnquantified } from "./rollback-trigger-unquantified";
import { rule as triggerWithoutWindow } from "./trigger-without-window";
import { rule as unitDiffers } from "./unit-differs";

export const rules: readonly Rule[] = [
  unitDiffers,
  matrixDiffersFromTrigger,
  alertLevelsOutOfOrder,
  alertBelowBaseline,
  triggerWithoutWindow,
  combinationNotStated,
  rollbackTriggerUnquantified,
];
