import type { Tx } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import type { Plan } from "../types";
import { applyAlertRules } from "./alert-rules";
import { applyDecisionMatrix } from "./decision-matrix";
import { applyMetrics } from "./metrics";
import { applyMigrations } from "./migrations";
import { applyBackups, applyBudgets, applyMonitors } from "./operations";
import { applyResources, applyStacks } from "./stacks";
import type { Target } from "./target";
import { applyTriggers } from "./triggers";

/** Brings every table of the project in line with the plan, inside the caller's transaction. */
export async function applyPlan(tx: Tx, ctx: Ctx, target: Target, plan: Plan): Promise<{ stacks: Map<string, string> }> {
  const stacks = await applyStacks(tx, target, plan);
  await applyResources(tx, target, plan, stacks);
  const metrics = await applyMetrics(tx, target, plan);
  await applyTriggers(tx, target, plan, metrics);
  await applyAlertRules(tx, target, plan, metrics);
  await applyDecisionMatrix(tx, target, plan);
  await applyBudgets(tx, target, plan);
  await applyMonitors(tx, target, plan);
  await applyBackups(tx, target, plan);
  await applyMigrations(tx, ctx, target, plan, stacks);
  return { stacks };
}
