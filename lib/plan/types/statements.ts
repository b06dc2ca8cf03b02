import { z } from "zod";
import { amount, clock, currency, duration, entity, line1, MAX_ITEMS, number } from "./common";
import { period } from "./price";
import { portNumber } from "./stack";

/**
 * What a plan says about itself: promises, settings wherever they are given, variables where they are set and used. The
 * checks compare these with the steps, calendars and inventories of the same plan.
 */

export const EFFECTS = [
  /** Nothing is written on the old side any more: read-only, maintenance mode, connections refused. */
  "stop-writes",
  "copy-data",
  /** The last copy, of what changed since the first. */
  "final-sync",
  /** Changes flow from then on without a further step. */
  "replicate",
  "compare-data",
  /** Asks that the data be on the new side already. */
  "expect-data",
  "lower-ttl",
  /** Users reach the new side from here on: DNS, load balancer. */
  "switch-traffic",
  /** The application uses the new database from here on. */
  "switch-database",
  "deploy",
  "load-test",
  /** Files are written that could be written long before: manifests, configuration. */
  "author",
  "backup",
  "verify",
  /** Users are served again. */
  "resume",
  "watch",
  "keep-old",
  "remove-old",
  /** In a rollback: users are back on the old side. */
  "return",
  /** In a rollback: what was written on the new side comes back. */
  "reverse-sync",
] as const;

/** What a step does to the move. */
export const effect = entity({
  does: z.enum(EFFECTS),
  optional: z.boolean().optional(),
  /** Of a comparison or copy: everything, or the parts named. */
  scope: z.enum(["all", "part"]).optional(),
  parts: z.array(line1(120)).max(MAX_ITEMS).optional(),
  /** Of a deployment: staging, production. */
  environment: line1(60).optional(),
  /** Of a switch: by DNS, by a load balancer, by a setting of the application. */
  by: z.enum(["dns", "load-balancer", "setting"]).optional(),
});

const PROMISES = ["no-downtime", "no-data-loss", "only-ports", "secrets-in-store", "separate-credentials", "off-host-backup"] as const;

/** A sentence the plan can be held to. */
export const promise = entity({
  kind: z.enum(PROMISES),
  text: line1(300),
  /** Of `only-ports`: the ports that may be reached from outside. */
  ports: z.array(portNumber).max(100).optional(),
});

/** One place where an environment variable is set or used. Its value is never kept. */
export const variable = entity({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name has letters, digits and underscores")
    .max(120),
  role: z.enum(["set", "used"]),
  /** File, component or section. */
  place: line1(200),
  /** What names it: a configuration, a command somebody types, code, a pipeline with secrets of its own. */
  from: z.enum(["configuration", "command", "code", "pipeline"]).optional(),
  /** Where the place is one environment of several: production, staging. */
  environment: line1(60).optional(),
  /** Set in a file that lies beside the code. */
  file: line1(200).optional(),
  /** Host and port of the address it holds. */
  host: line1(253).optional(),
  port: portNumber.optional(),
  secret: z.boolean().optional(),
  optional: z.boolean().optional(),
  /** It names or opens the administrator's account. */
  administrator: z.boolean().optional(),
  /** Another variable of another service that holds the same value. */
  sameAs: line1(120).optional(),
});

/** Something the present state is said not to have: backups, monitoring. */
export const absence = entity({ of: line1(120), text: line1(300).optional() });

const READING_SOURCES = ["diagram", "configuration", "command", "table", "text"] as const;

/** One place that gives the value of a setting: 512 MB of memory, port 6432, image tag 1.24. */
export const reading = entity({
  subject: line1(120),
  setting: line1(80),
  value: z.union([z.string().min(1).max(200), z.number(), z.boolean()]),
  /** Upper end where a range is given. */
  max: number.optional(),
  unit: line1(40).optional(),
  from: z.enum(READING_SOURCES),
  place: line1(200).optional(),
});

export const firewallRule = entity({
  action: z.enum(["allow", "deny"]),
  /** Absent: every port, the default of the firewall. */
  port: portNumber.optional(),
  /** Absent: from anywhere. */
  from: line1(120).optional(),
});

/** Something that runs by itself: a script with its schedule. */
export const job = entity({
  name: line1(),
  /** Text of the schedule, five fields. */
  cron: z.string().max(120).optional(),
  script: line1(300).optional(),
  optional: z.boolean().optional(),
  /** What it saves, for a backup. */
  saves: line1(120).optional(),
  storage: line1(200).optional(),
  /** Where its results stay: on the host it runs on, or elsewhere. */
  keeps: z.enum(["local", "remote"]).optional(),
  retention: duration.optional(),
});

/** A weekly or daily window: backup, maintenance. */
export const clockWindow = entity({
  what: line1(),
  day: z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]).optional(),
  start: clock,
  end: clock,
  /** The zone as the source writes it. */
  zoneText: line1(60).optional(),
});

/** One place that lists things of a kind by name. */
export const enumeration = entity({
  of: z.enum(["monitors", "buckets", "services"]),
  place: line1(200),
  items: z.array(line1(200)).min(1).max(MAX_ITEMS),
  /** How many it says there are. */
  count: number.optional(),
});

/** A check that runs after each deployment: whom it asks. */
export const deployCheck = entity({
  host: line1(253),
  place: line1(200),
});

/** What a tier of a service is called where its price is given. */
export const tierName = entity({
  service: line1(120),
  tier: line1(80),
  amount,
  currency: currency.optional(),
  period: period.default("month"),
});

export const documentStatus = entity({
  text: line1(300),
  /** Whether it says the work is done or must not be counted on. */
  means: z.enum(["ready", "done", "draft", "not-executed"]),
});

export const contentsEntry = entity({ title: line1(300) });
export const documentSection = entity({ title: line1(300), level: z.number().int().min(1).max(6) });
