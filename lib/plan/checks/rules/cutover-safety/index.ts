import type { Rule } from "../../types";
import { rule as checkTargetsWrongStack } from "./check-targets-wrong-stack";
import { rule as cutoverStepMissing } from "./cutover-step-missing";
import { rule as dbCopyWithoutFreezeOrCompare } from "./db-copy-without-freeze-or-compare";
import { rule as dnsBeforeFinalSync } from "./dns-before-final-sync";
import { rule as doubleImport } from "./double-import";
import { rule as noGuard } from "./no-guard";
import { rule as observationWindowMissing } from "./observation-window-missing";
import { rule as splitTrafficWithoutDataSync } from "./split-traffic-without-data-sync";
import { rule as stepWithoutEffect } from "./step-without-effect";
import { rule as switchBeforeData } from "./switch-before-data";
import { rule as testAfterCutover } from "./test-after-cutover";
import { rule as trafficFalls } from "./traffic-falls";
import { rule as ttlLoweredTooLate } from "./ttl-lowered-too-late";
import { rule as ttlStepMissing } from "./ttl-step-missing";
import { rule as verificationNarrowerThanStep } from "./verification-narrower-than-step";
import { rule as workInWindowNotInPreparation } from "./work-in-window-not-in-preparation";

export const rules: readonly Rule[] = [
  dbCopyWithoutFreezeOrCompare,
  dnsBeforeFinalSync,
  splitTrafficWithoutDataSync,
  cutoverStepMissing,
  doubleImport,
  verificationNarrowerThanStep,
  testAfterCutover,
  workInWindowNotInPreparation,
  checkTargetsWrongStack,
  stepWithoutEffect,
  ttlStepMissing,
  observationWindowMissing,
  noGuard,
  trafficFalls,
  switchBeforeData,
  ttlLoweredTooLate,
];
