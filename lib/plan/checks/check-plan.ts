import { formatMoney } from "@/lib/core/money";
import type { Locate } from "../read-yaml";
import type { Plan } from "../types";
import { affordability, costPerUserAtTrigger } from "./affordability";
import { allowanceAgainstUse } from "./allowances";
import { triggerAgainstCapacity } from "./capacity";
import { backups, counts } from "./counts";
import { decommissionBeforeEnd } from "./decommission";
import { breakEven, costMultiples, costPerUnit, labor, margins } from "./economics";
import { annualFigures, figuresOfAStack } from "./figures-of-a-stack";
import { formulas } from "./formulas";
import { hosts } from "./hosts";
import { phaseImpacts, stageParts } from "./phase-impacts";
import { copyOrder, rollbackConditions } from "./rollback";
import { annualSummary, savings } from "./savings";
import { stackTotal } from "./stack-total";
import { statedTotals } from "./stated-totals";
import { alertLevels, matrixAgainstTriggers, thresholdUnits, triggerWords } from "./thresholds";
import { type Check, FINDING_LEVELS, type Finding } from "./types";
import { unpricedRows } from "./unpriced-rows";

const CHECKS: readonly Check[] = [
  statedTotals,
  figuresOfAStack,
  annualFigures,
  savings,
  annualSummary,
  phaseImpacts,
  stageParts,
  breakEven,
  margins,
  costMultiples,
  costPerUnit,
  labor,
  formulas,
  unpricedRows,
  affordability,
  costPerUserAtTrigger,
  triggerAgainstCapacity,
  allowanceAgainstUse,
  thresholdUnits,
  matrixAgainstTriggers,
  alertLevels,
  triggerWords,
  rollbackConditions,
  copyOrder,
  decommissionBeforeEnd,
  hosts,
  counts,
  backups,
];

/**
 * Everything the checks notice about a plan, errors first, in the order of the rules. Pure and repeatable.
 * `locate` gives findings their lines in the text.
 */
export function checkPlan(plan: Plan, locate?: Locate): Finding[] {
  const { currency } = plan.project;
  const facts = {
    totals: new Map(plan.stacks.map((stack) => [stack.key, stackTotal(stack, currency)])),
    money: (value: Parameters<typeof formatMoney>[0]) => formatMoney(value, currency),
  };
  const findings = CHECKS.flatMap((check) => check(plan, facts)).map(({ also = [], ...noticed }) => ({
    ...noticed,
    lines: [...new Set([noticed.path, ...also].flatMap((path) => locate?.(path)?.line ?? []))],
    expected: noticed.expected ?? null,
    found: noticed.found ?? null,
    hint: noticed.hint ?? null,
  }));
  return findings.sort((a, b) => FINDING_LEVELS.indexOf(a.level) - FINDING_LEVELS.indexOf(b.level));
}
