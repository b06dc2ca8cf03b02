"use server";

import { abortRun } from "@/lib/migration/abort-run";
import { approveRun } from "@/lib/migration/approve-run";
import { confirmStep } from "@/lib/migration/confirm-step";
import { createRun } from "@/lib/migration/create-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { rejectRun } from "@/lib/migration/reject-run";
import { requestRun } from "@/lib/migration/request-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import { skipStep } from "@/lib/migration/skip-step";
import { startRun } from "@/lib/migration/start-run";
import { command } from "@/lib/service/action";

export const createRunAction = command(createRun);
export const requestRunAction = command(requestRun);
export const approveRunAction = command(approveRun);
export const rejectRunAction = command(rejectRun);
export const startRunAction = command(startRun);
export const resumeRunAction = command(resumeRun);
export const confirmStepAction = command(confirmStep);
export const skipStepAction = command(skipStep);
export const retryStepAction = command(retryStep);

// Also plain routes, which the pages use: a queued action must never delay these.
export const pauseRunAction = command(pauseRun);
export const abortRunAction = command(abortRun);
export const rollbackRunAction = command(rollbackRun);
