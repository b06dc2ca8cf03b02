"use server";

import { acknowledgeAlert } from "@/lib/alert/acknowledge-alert";
import { undoRulesImport } from "@/lib/alert/import-rules";
import { muteAlert } from "@/lib/alert/mute-alert";
import { command } from "@/lib/service/action";

export const acknowledgeAlertAction = command(acknowledgeAlert);
export const muteAlertAction = command(muteAlert);
export const undoRulesImportAction = command(undoRulesImport);
