"use server";

import { undoInventoryImport } from "@/lib/inventory/undo-import";
import { command } from "@/lib/service/action";

export const undoInventoryImportAction = command(undoInventoryImport);
