import type { Rule } from "../../types";
import { rule as contradictoryStatement } from "./contradictory-statement";
import { rule as countDiffers } from "./count-differs";
import { rule as decisionOptionsMismatch } from "./decision-options-mismatch";
import { rule as duplicateResponsibility } from "./duplicate-responsibility";
import { rule as listLengthConflict } from "./list-length-conflict";
import { rule as numberingMismatch } from "./numbering-mismatch";
import { rule as plannedVsActualState } from "./planned-vs-actual-state";
import { rule as sameFigureTwoValues } from "./same-figure-two-values";
import { rule as statusConflict } from "./status-conflict";
import { rule as tallyDiffers } from "./tally-differs";

export const rules: readonly Rule[] = [
  tallyDiffers,
  countDiffers,
  statusConflict,
  contradictoryStatement,
  plannedVsActualState,
  listLengthConflict,
  numberingMismatch,
  decisionOptionsMismatch,
  duplicateResponsibility,
  sameFigureTwoValues,
];
