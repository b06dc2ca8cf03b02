"use server";

import { setBudget } from "@/lib/cost/set-budget";
import { undoImport } from "@/lib/cost/undo-import";
import { command } from "@/lib/service/action";

export const setBudgetAction = command(setBudget);
export const undoImportAction = command(undoImport);
