import type { Rule } from "../../types";
import { rule as annualRecompute } from "./annual-recompute";
import { rule as componentSumVsTotal } from "./component-sum-vs-total";
import { rule as formulaRecompute } from "./formula-recompute";
import { rule as headlineVsTableTotal } from "./headline-vs-table-total";
import { rule as laborRecompute } from "./labor-recompute";
import { rule as phaseImpactSumVsSaving } from "./phase-impact-sum-vs-saving";
import { rule as rangeSubtraction } from "./range-subtraction";
import { rule as sameQuantityTwoValues } from "./same-quantity-two-values";
import { rule as savingRecompute } from "./saving-recompute";
import { rule as usageComponentMissing } from "./usage-component-missing";

export const rules: readonly Rule[] = [
  headlineVsTableTotal,
  sameQuantityTwoValues,
  annualRecompute,
  savingRecompute,
  rangeSubtraction,
  phaseImpactSumVsSaving,
  componentSumVsTotal,
  laborRecompute,
  formulaRecompute,
  usageComponentMissing,
];
