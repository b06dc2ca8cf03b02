import type { Rule } from "../../types";
import { rule as costTableVsArchitecture } from "./cost-table-vs-architecture";
import { rule as freeClaimVsPricedRow } from "./free-claim-vs-priced-row";
import { rule as priceRuleConflict } from "./price-rule-conflict";
import { rule as pricedButNotScheduled } from "./priced-but-not-scheduled";
import { rule as resourceUsedButNotPriced } from "./resource-used-but-not-priced";
import { rule as resourceWithoutPrice } from "./resource-without-price";
import { rule as unmatchedRowBetweenStacks } from "./unmatched-row-between-stacks";

export const rules: readonly Rule[] = [
  resourceWithoutPrice,
  costTableVsArchitecture,
  freeClaimVsPricedRow,
  unmatchedRowBetweenStacks,
  priceRuleConflict,
  resourceUsedButNotPriced,
  pricedButNotScheduled,
];
