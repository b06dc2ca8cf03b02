import { z } from "zod";
import { calculation } from "./calculations";
import { outageClaim, timeline } from "./clock";
import { currency, entity, key, line1, list, MAX_ITEMS, slug, text, values, whole } from "./common";
import { budget, claim, costComparison, costTip, replacement, scalingStage, unitEconomics } from "./economics";
import { decisionMatrix, optionMatrix } from "./matrix";
import { alertRule, channel, goal, metric, outcome, successCriterion, target, trigger, triggerGroup } from "./metric";
import { migration } from "./migration";
import {
  artifact,
  backup,
  bucket,
  checklist,
  createdResource,
  designDecision,
  dnsRecord,
  environmentScope,
  knownIssue,
  limit,
  monitor,
  port,
  recovery,
  roadmapItem,
  route,
  securityItem,
  settingGroup,
  softwareVersion,
  troubleshootingItem,
  workflow,
} from "./operations";
import { otherPrice, pricingRule } from "./price";
import { placeNamed, recoveryFact, restatedLimit } from "./recovery";
import { capacityEntry, stack, topology } from "./stack";
import {
  absence,
  clockWindow,
  contentsEntry,
  deployCheck,
  documentSection,
  documentStatus,
  enumeration,
  firewallRule,
  job,
  promise,
  reading,
  tierName,
  variable,
} from "./statements";
import { datedSpan, moment } from "./timetable";
import { toldFigure } from "./told";

/** About the document itself. */
export const documentMeta = z.strictObject({
  title: line1().optional(),
  version: line1(40).optional(),
  status: line1().optional(),
  created: line1(40).optional(),
  updated: line1(40).optional(),
  timeline: line1().optional(),
  /** The document the plan was made from. */
  source: line1(200).optional(),
  sourceLines: whole.optional(),
  encoding: z.strictObject({ damage: line1(), lines: whole, notRestorable: whole }).optional(),
  history: list(entity({ version: line1(40), date: line1(40) }), "versions", MAX_ITEMS),
});

export const project = entity({
  slug,
  name: line1(120),
  description: text(1_000).optional(),
  currency: currency.default("USD"),
  /** IANA zone in which days are shown. */
  timeZone: line1(60).default("UTC"),
  document: documentMeta.optional(),
  contacts: z.array(line1()).max(MAX_ITEMS).optional(),
});

/** The plan document: everything that declares one project. Unknown keys are errors. */
export const planSchema = z.strictObject({
  schemaVersion: z.literal(1),
  project,
  goals: list(goal, "goals"),
  claims: list(claim, "claims"),
  metrics: list(metric, "metrics"),
  stacks: list(stack, "stacks", 100),
  otherPrices: list(otherPrice, "other prices"),
  replacements: list(replacement, "replacements"),
  costComparisons: list(costComparison, "cost comparisons", 100),
  triggerGroups: list(triggerGroup, "trigger groups", 100),
  triggers: list(trigger, "triggers"),
  decisionMatrix: decisionMatrix.optional(),
  optionMatrices: list(optionMatrix, "option matrices", 100),
  targets: list(target, "targets"),
  capacity: list(capacityEntry, "capacity entries"),
  outcomes: list(outcome, "outcomes"),
  successCriteria: list(successCriterion, "success criteria"),
  alertRules: list(alertRule, "alert rules"),
  channels: list(channel, "channels", 100),
  migrations: list(migration, "migrations", 100),
  roadmap: list(roadmapItem, "roadmap items"),
  monitors: list(monitor, "monitors"),
  backups: list(backup, "backups"),
  recovery: list(recovery, "recovery procedures", 100),
  budgets: list(budget, "budgets", 100),
  pricingRules: list(pricingRule, "pricing rules"),
  unitEconomics: unitEconomics.optional(),
  scalingStages: list(scalingStage, "scaling stages", 100),
  topologies: list(topology, "topologies", 100),
  costTips: list(costTip, "cost tips"),
  environment: list(environmentScope, "environment scopes", MAX_ITEMS),
  ports: list(port, "ports"),
  dnsRecords: list(dnsRecord, "DNS records"),
  routes: list(route, "routes"),
  buckets: list(bucket, "buckets"),
  limits: list(limit, "limits"),
  settings: list(settingGroup, "settings"),
  workflows: list(workflow, "workflows"),
  checklists: list(checklist, "checklists"),
  security: list(securityItem, "security items"),
  designDecisions: list(designDecision, "design decisions"),
  troubleshooting: list(troubleshootingItem, "troubleshooting recipes"),
  knownIssues: list(knownIssue, "known issues"),
  versions: list(softwareVersion, "software versions"),
  artifacts: list(artifact, "artifacts"),
  created: list(createdResource, "created resources"),
  statuses: list(documentStatus, "statuses"),
  /** Its list of contents, and the sections it really has. */
  contents: list(contentsEntry, "entries of the contents"),
  sections: list(documentSection, "sections", 2_000),
  promises: list(promise, "promises"),
  absences: list(absence, "absences"),
  variables: list(variable, "variables", 2_000),
  readings: list(reading, "readings", 2_000),
  firewall: list(firewallRule, "firewall rules"),
  jobs: list(job, "jobs"),
  windows: list(clockWindow, "windows"),
  enumerations: list(enumeration, "enumerations"),
  calculations: list(calculation, "calculations"),
  timelines: list(timeline, "timelines", 200),
  outages: list(outageClaim, "outages", 200),
  recoveryFacts: list(recoveryFact, "facts of recovery"),
  restatedLimits: list(restatedLimit, "restated limits", 200),
  placesNamed: list(placeNamed, "regions"),
  toldFigures: list(toldFigure, "told figures", 2_000),
  moments: list(moment, "moments"),
  datedSpans: list(datedSpan, "dated spans"),
  deployChecks: list(deployCheck, "checks after a deployment"),
  tierNames: list(tierName, "names of tiers"),
  openQuestions: list(entity({ text: text(500), key: key.optional(), values: values.optional() }), "open questions"),
});
