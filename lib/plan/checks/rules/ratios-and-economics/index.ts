import type { Rule } from "../../types";
import { rule as breakEvenRecompute } from "./break-even-recompute";
import { rule as calculationRecompute } from "./calculation-recompute";
import { rule as changeRecompute } from "./change-recompute";
import { rule as costPerUnitRecompute } from "./cost-per-unit-recompute";
import { rule as kpiVsMatrix } from "./kpi-vs-matrix";
import { rule as kpiVsTrigger } from "./kpi-vs-trigger";
import { rule as paybackRecompute } from "./payback-recompute";
import { rule as percentRecompute } from "./percent-recompute";
import { rule as profitRecompute } from "./profit-recompute";
import { rule as ratioRecompute } from "./ratio-recompute";
import { rule as triggerVsBreakEven } from "./trigger-vs-break-even";
import { rule as triggerVsCostRatio } from "./trigger-vs-cost-ratio";

export const rules: readonly Rule[] = [
  breakEvenRecompute,
  profitRecompute,
  percentRecompute,
  calculationRecompute,
  changeRecompute,
  paybackRecompute,
  ratioRecompute,
  costPerUnitRecompute,
  triggerVsCostRatio,
  kpiVsTrigger,
  kpiVsMatrix,
  triggerVsBreakEven,
];
