import { z } from "zod";
import { entity, key, line1, list, MAX_ITEMS, measured, number, provenance, text, values, whole } from "./common";
import { allowance, lineItem, statedTotal } from "./price";

export const RESOURCE_KINDS = [
  "compute",
  "database",
  "cache",
  "storage",
  "cdn",
  "dns",
  "load-balancer",
  "monitoring",
  "logging",
  "errors",
  "email",
  "sms",
  "automation",
  "analytics",
  "auth",
  "payments",
  "queue",
  "backup",
  "registry",
  "network",
  "relay",
  "security",
  "secrets",
  "platform",
  "labor",
  "other",
] as const;
export const resourceKind = z.enum(RESOURCE_KINDS);

export const portNumber = z.number().int().min(1).max(65_535);

export const resource = entity({
  key,
  name: line1(),
  kind: resourceKind.default("other"),
  /** Further kinds one row covers: storage and CDN in one price. */
  alsoKinds: z.array(resourceKind).max(10).optional(),
  provider: line1(120).optional(),
  /** Instance type, vCPU, storage, engine: by name. */
  specification: values.optional(),
  count: whole.optional(),
  autoscale: z.strictObject({ min: whole, max: whole, ...provenance }).optional(),
  owner: line1(120).optional(),
  /** Key of the resource it runs on. */
  host: key.optional(),
  dependsOn: z.array(key).max(MAX_ITEMS).optional(),
  ports: z.array(portNumber).max(100).optional(),
  memoryMb: number.min(0).optional(),
  diskGb: number.min(0).optional(),
  /** Keys of resources of other stacks it takes over from. */
  replaces: z.array(key).max(MAX_ITEMS).optional(),
  optional: z.boolean().optional(),
  /** State of the real thing where it differs from the plan: deployed, not wired. */
  state: line1(300).optional(),
  allowances: list(allowance, "allowances", MAX_ITEMS),
  lineItems: list(lineItem, "line items", MAX_ITEMS),
});

export const STACK_ROLES = ["current", "target", "phase", "variant"] as const;

export const capacityEntry = entity({ metric: key, ...measured });

export const topology = entity({
  title: line1(),
  nodes: whole.optional(),
  text: text(1_000).optional(),
  parts: z.array(line1()).max(MAX_ITEMS).optional(),
  /** What a drawing says of sizes: of each box, of the machine, and what is in use together. */
  boxes: list(entity({ name: line1(120).optional(), memoryMb: number.min(0) }), "boxes", MAX_ITEMS),
  machine: entity({ memoryMb: number.min(0).optional(), diskGb: number.min(0).optional() }).optional(),
  memoryInUse: entity({ usedMb: number.min(0), freeMb: number.min(0).optional() }).optional(),
  diskInUse: entity({ usedGb: number.min(0), freeGb: number.min(0).optional() }).optional(),
});

export const stack = entity({
  key,
  name: line1(),
  role: z.enum(STACK_ROLES),
  /** Order of the stages, from the first stack on. */
  position: whole.optional(),
  /** For variants: the stack it is another view of, and which view. */
  variantOf: key.optional(),
  variant: z.enum(["point-estimate", "with-labor", "unpriced-gap", "option"]).optional(),
  /** Stacks whose total is one row of this one are named there; `includes` says which. */
  includes: z.array(key).max(20).optional(),
  description: text().optional(),
  when: line1().optional(),
  capacity: list(capacityEntry, "capacity entries", MAX_ITEMS),
  topology: topology.optional(),
  resources: list(resource, "resources"),
  statedTotals: list(statedTotal, "stated totals", MAX_ITEMS),
});
