"use server";

import { recordDecision } from "@/lib/decision/record-decision";
import { command } from "@/lib/service/action";

export const recordDecisionAction = command(recordDecision);
