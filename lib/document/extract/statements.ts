import { absences } from "./absences";
import { commandReadings } from "./command-readings";
import { datedSpans } from "./dated-spans";
import { decisions } from "./decisions";
import { deployChecks } from "./deploy-checks";
import { effects } from "./effects";
import { enumerations } from "./enumerations";
import { jobContext } from "./job-context";
import { knownIssues } from "./known-issues";
import { missingFiles } from "./missing-files";
import { moveContext } from "./move-context";
import { placesNamed } from "./places-named";
import { promises } from "./promises";
import { publicPorts } from "./public-ports";
import { readings } from "./readings";
import { recoveryFacts } from "./recovery-facts";
import { restatedLimits } from "./restated-limits";
import { secondCalendar } from "./second-calendar";
import { sections } from "./sections";
import { stores } from "./stores";
import { tierNames } from "./tier-names";
import { timelines } from "./timelines";
import { timetable } from "./timetable";
import { told } from "./told";
import type { Extract } from "./types";
import { variableContext } from "./variable-context";
import { windows } from "./windows";

/** What a document says of itself, for the checks. Runs last: some of them add to what others have read. */
export const STATEMENTS: readonly Extract[] = [
  sections,
  promises,
  absences,
  variableContext,
  jobContext,
  readings,
  commandReadings,
  stores,
  publicPorts,
  enumerations,
  deployChecks,
  missingFiles,
  tierNames,
  windows,
  knownIssues,
  decisions,
  secondCalendar,
  moveContext,
  timelines,
  recoveryFacts,
  restatedLimits,
  placesNamed,
  timetable,
  datedSpans,
  told,
  effects,
];
