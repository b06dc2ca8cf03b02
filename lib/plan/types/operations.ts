import { z } from "zod";
import { amount, duration, entity, key, line1, list, MAX_ITEMS, measured, text, values, whole } from "./common";
import { portNumber } from "./stack";

export const MONITOR_TYPES = ["http", "tcp", "dns", "heartbeat", "metrics", "errors", "billing", "status-page"] as const;

export const monitor = entity({
  key,
  name: line1(),
  type: z.enum(MONITOR_TYPES),
  target: line1(500),
  /** Absent where the source gives none; 60 seconds is used then. */
  interval: duration.optional(),
  schedule: line1(60).optional(),
  timeout: duration.optional(),
  gracePeriod: duration.optional(),
  retries: whole.optional(),
  retryInterval: duration.optional(),
  expectStatus: z.number().int().min(100).max(599).optional(),
  unhealthyStatus: z.number().int().min(100).max(599).optional(),
  resource: key.optional(),
  channel: key.optional(),
  stack: key.optional(),
});

export const cronText = z.string().regex(/^\S+( \S+){4}$/, "write a schedule with five fields, for example 0 3 * * *");

export const backup = entity({
  key,
  what: line1(),
  frequency: line1(120).optional(),
  cron: cronText.optional(),
  /** How often at most it may be missing before somebody is told. */
  interval: duration.optional(),
  window: line1(60).optional(),
  retention: duration.optional(),
  retentionText: line1(120).optional(),
  storage: line1(120).optional(),
  /** Kept on the host whose data it saves. */
  sameHost: z.boolean().optional(),
  /** The provider makes it by itself. */
  managed: z.boolean().optional(),
  resource: key.optional(),
  stack: key.optional(),
  optional: z.boolean().optional(),
});

/** A described way back: restore, point-in-time recovery. */
export const recovery = entity({
  key,
  title: line1(),
  steps: list(
    entity({
      title: line1(300),
      activity: line1(40).optional(),
      commands: z.array(text(4_000)).max(MAX_ITEMS).optional(),
    }),
    "steps",
    MAX_ITEMS,
  ),
  settings: z.array(line1()).max(MAX_ITEMS).optional(),
});

export const environmentScope = entity({
  scope: line1(120),
  /** Names only: values never belong in a plan. */
  names: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name has letters, digits and underscores")
        .max(120),
    )
    .min(1)
    .max(500),
  count: whole.optional(),
  store: line1(120).optional(),
});

export const port = entity({
  service: line1(120),
  port: z.union([portNumber, z.array(portNumber).min(1).max(20)]),
  resource: key.optional(),
  exposed: z.boolean().optional(),
});

export const dnsRecord = entity({
  type: z.enum(["A", "AAAA", "CNAME", "ALIAS", "TXT", "MX", "NS", "SRV"]).optional(),
  name: line1(253),
  target: line1(253),
  ttl: duration.optional(),
  proxied: z.boolean().optional(),
});

export const route = entity({
  host: line1(253),
  to: line1(120),
  resource: key.optional(),
});

export const checklist = entity({
  key,
  title: line1(),
  /** How many items the source counts, where the items themselves are steps or not listed. */
  count: whole.optional(),
  items: list(entity({ title: line1(300), done: z.boolean().optional() }), "items", 500),
  /** Must be done before the move or the release. */
  gate: z.boolean().optional(),
});

export const securityItem = entity({
  text: text(500),
  group: line1(60).optional(),
  count: whole.optional(),
  risk: z.boolean().optional(),
  /** How often it is due: rotation, audit. */
  every: duration.optional(),
  values: values.optional(),
});

export const designDecision = entity({
  key,
  title: line1(),
  options: z.array(line1()).min(1).max(20),
  criteria: z.array(line1()).max(MAX_ITEMS).optional(),
  chosen: line1(),
  /** Options that are really weighed below its title. */
  weighed: list(entity({ option: line1() }), "weighed options", 20),
  mitigations: whole.optional(),
  /** Key of the option matrix that weighs it. */
  matrix: key.optional(),
});

export const troubleshootingItem = entity({
  symptom: line1(300),
  checks: whole.optional(),
  metric: key.optional(),
  threshold: amount.optional(),
  commands: z.array(text(4_000)).max(MAX_ITEMS).optional(),
});

export const softwareVersion = entity({
  what: line1(120),
  version: z.union([line1(60), z.array(line1(60)).min(1).max(50)]),
});

export const artifact = entity({
  kind: line1(60),
  subject: line1(),
  /** The file that names it: a mount, a command. */
  neededBy: line1(200).optional(),
  /** `given` in the document, already there, still to make, or only referred to. */
  state: z.enum(["given", "exists", "to-create", "missing"]).default("given"),
  content: z.string().max(100_000).optional(),
});

/** What commands or infrastructure as code of the document make. */
export const createdResource = entity({
  /** Product of a provider: EC2, ECS, RDS. */
  product: line1(120),
  provider: line1(120),
  /** Products of one group do the same work. */
  group: z.enum(["compute", "database"]),
  /** It is made with a standby in another zone. */
  multiZone: z.boolean().optional(),
});

export const settingGroup = entity({
  component: line1(120),
  resource: key.optional(),
  values,
});

export const limit = entity({
  what: line1(),
  /** Connections one instance keeps open, or a pooler for all of them; connections the database accepts; memory of one instance; how many there are. */
  kind: z.enum(["pool-size", "pooler-size", "connection-limit", "memory", "instances", "storage"]).optional(),
  ...measured,
});

export const workflow = entity({
  trigger: line1(),
  actions: z.array(line1()).min(1).max(MAX_ITEMS),
});

export const roadmapItem = entity({
  title: line1(),
  weeks: z.tuple([whole, whole]).optional(),
  items: whole.optional(),
});

export const knownIssue = entity({
  title: line1(),
  count: whole.optional(),
  fix: z.array(line1(300)).max(MAX_ITEMS).optional(),
  /** The component it is about, and how far that one really is. */
  component: line1(120).optional(),
  state: z.enum(["not-working", "not-used", "deployed"]).optional(),
});

export const bucket = entity({
  name: line1(120),
  publicRead: z.boolean().optional(),
  optional: z.boolean().optional(),
  created: z.boolean().optional(),
});
