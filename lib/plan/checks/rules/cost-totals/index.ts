import type { Rule } from "../../types";
import { rule as annualRecompute } from "./annual-recompute";
import { rule as columnSum } from "./column-sum";
import { rule as componentSumVsTotal } from "./component-sum-vs-total";
import { rule as formulaRecompute } from "./formula-recompute";
import { rule as headlineVsTableTotal } from "./headline-vs-table-total";
import { rule as laborRecompute } from "./labor-recompute";
import { rule as optionalRowInTotal } from "./optional-row-in-total";
import { rule as phaseImpactSumVsSaving } from "./phase-impact-sum-vs-saving";
import { rule as phaseImpactVsParts } from "./phase-impact-vs-parts";
import { rule as rangeSubtraction } from "./range-subtraction";
import { rule as rangeVsComponentSum } from "./range-vs-component-sum";
import { rule as rowOutsideSectionRange } from "./row-outside-section-range";
import { rule as sameQuantityTwoValues } from "./same-quantity-two-values";
import { rule as savingRecompute } from "./saving-recompute";
import { rule as unitPriceBasisMixed } from "./unit-price-basis-mixed";
import { rule as usageComponentMissing } from "./usage-component-missing";

export const rules: readonly Rule[] = [
  headlineVsTableTotal,
  columnSum,
  sameQuantityTwoValues,
  annualRecompute,
  savingRecompute,
  rangeSubtraction,
  phaseImpactSumVsSaving,
  componentSumVsTotal,
  laborRecompute,
  formulaRecompute,
  usageComponentMissing,
  optionalRowInTotal,
  phaseImpactVsParts,
  rangeVsComponentSum,
  rowOutsideSectionRange,
  unitPriceBasisMixed,
];
