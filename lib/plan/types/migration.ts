import { z } from "zod";
import { checkGuard, guardFields } from "@/lib/migration/guard-types";
import { runbookStep } from "@/lib/migration/types";
import { clock, condition, duration, entity, key, line1, list, MAX_ITEMS, number, offset, operator, percent, provenance, text, whole } from "./common";
import { statedAmount } from "./price";
import { effect } from "./statements";

export const ACTIVITIES = [
  "manual",
  "shell",
  "verify",
  "http-check",
  "database-copy",
  "file-copy",
  "sql",
  "dns",
  "traffic",
  "backup",
  "notify",
  "wait",
  "approval",
  "decommission",
] as const;

const substep = entity({
  title: line1(300),
  activity: z.enum(ACTIVITIES).optional(),
  offset: offset.optional(),
  done: z.boolean().optional(),
  effects: z.array(effect).max(20).optional(),
});

/** What a plan knows about a step beyond what is executed. None of it counts towards the plan hash. */
const planned = {
  ...provenance,
  /** What the step is about, also where a person does it. */
  activity: z.enum(ACTIVITIES).optional(),
  done: z.boolean().optional(),
  optional: z.boolean().optional(),
  /** When the step applies: "if the system is live". */
  condition: line1(300).optional(),
  section: line1(120).optional(),
  /**
   * `after` steps belong to observation and later: no part of the run. Those whose activity is `decommission`, and all of stage
   * `decommission`, become the run that takes the old side away.
   */
  stage: z.enum(["run", "after", "decommission"]).default("run"),
  /** Keys of steps that must be finished first, beyond the written order. */
  dependsOn: z.array(key).max(MAX_ITEMS).optional(),
  /** Time on the cutover clock. */
  offset: offset.optional(),
  /** Earliest time after the step before: 30d of stable operation. */
  after: duration.optional(),
  reversible: z.boolean().optional(),
  ttl: duration.optional(),
  /** What it does to the move, each with the line that says so. */
  effects: z.array(effect).max(20).optional(),
  substeps: list(substep, "substeps", MAX_ITEMS),
};

const [
  manual,
  checklist,
  approval,
  wait,
  httpCheck,
  tcpCheck,
  sqlCheck,
  idleCheck,
  notify,
  postgresCopy,
  postgresSync,
  postgresSwitch,
  postgresClean,
  dnsSet,
  trafficMirror,
  postgresVerify,
  postgresMove,
  trafficShift,
] = runbookStep.options;

/** A step of the plan: a runbook step (`kind` and `with` as executed) and its provenance. */
export const planStep = z.discriminatedUnion("kind", [
  manual.extend(planned),
  checklist.extend(planned),
  approval.extend(planned),
  wait.extend(planned),
  httpCheck.extend(planned),
  tcpCheck.extend(planned),
  sqlCheck.extend(planned),
  idleCheck.extend(planned),
  notify.extend(planned),
  postgresCopy.extend(planned),
  postgresSync.extend(planned),
  postgresSwitch.extend(planned),
  postgresClean.extend(planned),
  dnsSet.extend(planned),
  trafficMirror.extend(planned),
  postgresVerify.extend(planned),
  postgresMove.extend(planned),
  trafficShift.extend(planned),
]);

const span = z.tuple([whole, whole]);

/** When something is meant to happen, as the source says it: weeks 1–2, day 3, a window of 2 hours. */
export const calendar = z.strictObject({
  weeks: span.optional(),
  days: span.optional(),
  months: span.optional(),
  offset: offset.optional(),
  duration: duration.optional(),
  durationMax: duration.optional(),
  text: line1().optional(),
});

export const phase = entity({
  key,
  title: line1(),
  goal: text(500).optional(),
  /** Before the move, the maintenance window itself, or after it. */
  role: z.enum(["preparation", "window", "after"]).optional(),
  planned: calendar.optional(),
  /** Change of the monthly cost when the phase is done; negative saves. */
  costImpact: z.strictObject({ ...statedAmount, ...provenance }).optional(),
  sections: z.array(line1()).max(MAX_ITEMS).optional(),
  steps: list(planStep, "steps", 2_000),
});

export const cutoverEvent = entity({
  /** Time on the cutover clock; absent where only the order is given. */
  offset: offset.optional(),
  at: line1(120).optional(),
  title: line1(300),
  step: key.optional(),
  effects: z.array(effect).max(20).optional(),
});

/** One stage of the traffic schedule. `percent` goes to the new side. */
export const trafficEntry = entity({
  percent,
  at: line1(120).optional(),
  hold: duration.optional(),
  criteria: text(500).optional(),
  /** Absent: the way forward. */
  purpose: z.enum(["rollout", "rollback"]).optional(),
});

/** A rollback trigger: executable as a guard, with the window and scope the source gives. */
export const planGuard = guardFields
  .extend({
    ...provenance,
    window: duration.optional(),
    scope: line1(120).optional(),
  })
  .superRefine(checkGuard);

/** A rollback condition that no number expresses. */
export const rollbackCondition = entity({
  metric: key.optional(),
  ...condition,
  window: duration.optional(),
  text: text(500),
});

export const maintenanceWindow = entity({
  day: z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]).optional(),
  start: clock.optional(),
  end: clock.optional(),
  /** IANA zone. */
  timeZone: line1(60).optional(),
  /** The zone as the source writes it. */
  zoneText: line1(20).optional(),
  duration: duration.optional(),
});

export const estimate = entity({
  op: operator.optional(),
  min: duration.optional(),
  max: duration.optional(),
  /** What the source promises where its own timeline says otherwise. */
  stated: duration.optional(),
  text: line1().optional(),
});

export const migration = entity({
  key,
  name: line1(),
  from: key,
  to: key,
  description: text().optional(),
  phases: list(phase, "phases", MAX_ITEMS),
  cutover: list(cutoverEvent, "cutover events", MAX_ITEMS),
  traffic: list(trafficEntry, "traffic stages", 50),
  dualRun: entity({
    duration: duration.optional(),
    percent: percent.optional(),
  }).optional(),
  /** A second calendar beside the phases. */
  schedule: list(
    entity({
      when: calendar,
      title: line1(300),
      tasks: whole.optional(),
      /** Keys of the phases it is another date of. */
      phases: z.array(key).max(MAX_ITEMS).optional(),
      effects: z.array(effect).max(20).optional(),
    }),
    "schedule entries",
    MAX_ITEMS,
  ),
  guards: list(planGuard, "guards", 100),
  rollback: entity({
    conditions: list(rollbackCondition, "rollback conditions", MAX_ITEMS),
    steps: list(planStep, "rollback steps", MAX_ITEMS),
    /** Time after cutover within which a rollback is promised to be possible. */
    deadline: duration.optional(),
    ttl: duration.optional(),
  }).optional(),
  observation: entity({
    duration: duration.optional(),
    /** How long the old side stays ready. */
    fallback: duration.optional(),
    text: line1(300).optional(),
  }).optional(),
  decommission: entity({
    after: duration.optional(),
    minimum: z.boolean().optional(),
    at: line1(120).optional(),
    condition: line1(300).optional(),
    resources: z.array(key).max(MAX_ITEMS).optional(),
  }).optional(),
  window: maintenanceWindow.optional(),
  estimatedDowntime: estimate.optional(),
  estimatedDuration: estimate.optional(),
  /** Change of monthly cost after the move, where the source states it. */
  statedSaving: entity({
    ...statedAmount,
    percent: number.optional(),
  }).optional(),
});
