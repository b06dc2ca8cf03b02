"use server";

import { saveRunbookText } from "@/lib/migration/runbook-text";
import { command } from "@/lib/service/action";

export const saveRunbookAction = command(saveRunbookText);
