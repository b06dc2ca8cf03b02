"use server";

import { correctDraft, itemForm } from "@/lib/plan/correct-draft";
import { discardDraft, reviseDraft } from "@/lib/plan/drafts";
import { importDraft, previewDraft } from "@/lib/plan/import-draft";
import { undoPlanImport } from "@/lib/plan/undo-plan-import";
import { command } from "@/lib/service/action";

export const correctDraftAction = command(correctDraft);
export const itemFormAction = command(itemForm);
export const discardDraftAction = command(discardDraft);
export const reviseDraftAction = command(reviseDraft);
export const previewDraftAction = command(previewDraft);
export const importDraftAction = command(importDraft);
export const undoPlanImportAction = command(undoPlanImport);
