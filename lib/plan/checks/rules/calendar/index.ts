import type { Rule } from "../../types";
import { rule as calendarConflict } from "./calendar-conflict";
import { rule as claimVsSchedule } from "./claim-vs-schedule";
import { rule as clockOutOfOrder } from "./clock-out-of-order";
import { rule as clockVsOffset } from "./clock-vs-offset";
import { rule as downtimeNotEstimated } from "./downtime-not-estimated";
import { rule as durationConflict } from "./duration-conflict";
import { rule as outageVsClaim } from "./outage-vs-claim";
import { rule as phaseOverlap } from "./phase-overlap";
import { rule as scheduleDirectionAndLength } from "./schedule-direction-and-length";
import { rule as spanLength } from "./span-length";
import { rule as switchInFreeze } from "./switch-in-freeze";
import { rule as trafficScheduleIncomplete } from "./traffic-schedule-incomplete";
import { rule as windowWithoutTimezone } from "./window-without-timezone";

export const rules: readonly Rule[] = [
  claimVsSchedule,
  durationConflict,
  calendarConflict,
  scheduleDirectionAndLength,
  trafficScheduleIncomplete,
  phaseOverlap,
  windowWithoutTimezone,
  downtimeNotEstimated,
  clockOutOfOrder,
  clockVsOffset,
  outageVsClaim,
  spanLength,
  switchInFreeze,
];
