"use server";

import { importPlan, previewImport, restorePlanVersion } from "@/lib/plan/import-plan";
import { command } from "@/lib/service/action";

export const previewPlanAction = command(previewImport);
export const importPlanAction = command(importPlan);
export const restorePlanAction = command(restorePlanVersion);
