import type { Rule } from "../../types";
import { rule as alertAboveLimit } from "./alert-above-limit";
import { rule as alertBelowBaseline } from "./alert-below-baseline";
import { rule as alertLevelsOutOfOrder } from "./alert-levels-out-of-order";
import { rule as alertUnreachable } from "./alert-unreachable";
import { rule as alertVsCheckInterval } from "./alert-vs-check-interval";
import { rule as combinationNotStated } from "./combination-not-stated";
import { rule as duplicateDefinition } from "./duplicate-definition";
import { rule as matrixCellKind } from "./matrix-cell-kind";
import { rule as matrixDiffersFromTrigger } from "./matrix-differs-from-trigger";
import { rule as rollbackTriggerUnquantified } from "./rollback-trigger-unquantified";
import { rule as sameThresholdTwoActions } from "./same-threshold-two-actions";
import { rule as sameThresholdTwoMetrics } from "./same-threshold-two-metrics";
import { rule as thresholdGap } from "./threshold-gap";
import { rule as thresholdRestated } from "./threshold-restated";
import { rule as triggerVsBlockPrecedence } from "./trigger-vs-block-precedence";
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
  alertUnreachable,
  alertVsCheckInterval,
  duplicateDefinition,
  matrixCellKind,
  sameThresholdTwoActions,
  sameThresholdTwoMetrics,
  thresholdGap,
  triggerVsBlockPrecedence,
  thresholdRestated,
  alertAboveLimit,
];
