"use server";

import { enterSample } from "@/lib/metric/enter-sample";
import { undoSample } from "@/lib/metric/undo-sample";
import { command } from "@/lib/service/action";

export const enterSampleAction = command(enterSample);
export const undoSampleAction = command(undoSample);
