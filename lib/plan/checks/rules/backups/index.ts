import type { Rule } from "../../types";
import { rule as backupWithoutJob } from "./backup-without-job";
import { rule as backupWithoutPlace } from "./backup-without-place";
import { rule as noBackup } from "./no-backup";
import { rule as optionalVsPromised } from "./optional-vs-promised";
import { rule as retentionVsRequired } from "./retention-vs-required";
import { rule as rpoVsInterval } from "./rpo-vs-interval";
import { rule as rtoVsRestore } from "./rto-vs-restore";
import { rule as sameHostDependency } from "./same-host-dependency";
import { rule as scheduleVsScript } from "./schedule-vs-script";

export const rules: readonly Rule[] = [
  noBackup,
  scheduleVsScript,
  sameHostDependency,
  backupWithoutJob,
  backupWithoutPlace,
  optionalVsPromised,
  rpoVsInterval,
  rtoVsRestore,
  retentionVsRequired,
];
