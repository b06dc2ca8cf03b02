import { z } from "zod";
import { pageInput } from "@/lib/core/paging";

export const RESOURCE_STATES = ["planned", "running", "moved", "retired"] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);

/** What `resource.specification` holds: facts of a service that are read, not queried. */
export const resourceDetail = z.object({
  schemaVersion: z.literal(1).default(1),
  /** Instance type, vCPU, storage, engine: by the name the plan gives them. */
  values: z.record(z.string(), value).default({}),
  alsoKinds: z.array(z.string()).default([]),
  count: z.number().optional(),
  autoscale: z.object({ min: z.number(), max: z.number() }).optional(),
  host: z.string().optional(),
  ports: z.array(z.number()).default([]),
  memoryMb: z.number().optional(),
  diskGb: z.number().optional(),
  optional: z.boolean().default(false),
  /** State of the real thing in words, where it differs from the plan. */
  stateText: z.string().optional(),
  note: z.string().optional(),
  /** Imported from a plan: what an update or replacement will change, as text. */
  planned: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })).optional(),
});

export type ResourceDetail = z.output<typeof resourceDetail>;

/** A project as every page of it needs it. */
export interface ProjectRef {
  id: string;
  slug: string;
  name: string;
  description: string;
  currency: string;
  /** Stack the project runs on now. */
  currentStackId: string | null;
  /** Number of the plan version the project stands on; null before its first plan. */
  planVersion: number | null;
  exampleData: boolean;
}

export interface StackRow {
  id: string;
  key: string;
  name: string;
  role: string;
  position: number;
  /** Services that the plan declares. */
  services: number;
  /** Resources that imports found and that are still there. */
  imported: number;
  document: unknown;
}

export interface ResourceRow {
  id: string;
  key: string;
  name: string;
  kind: string;
  provider: string | null;
  owner: string | null;
  state: ResourceState;
  origin: string;
  /** Imported: named source and address inside it. */
  source: string | null;
  address: string | null;
  /** Imported from a plan: create, update, replace, delete or forget. */
  plannedChange: string | null;
  /** Imported: since when the source no longer has it. */
  goneAt: Date | null;
  detail: ResourceDetail;
  replaces: string[];
  dependsOn: string[];
  lastSeenAt: Date | null;
  stackId: string;
}

/** Filters of the inventory, as they stand in the address. */
export const inventoryQuery = z.object({
  /** Key of a stack, or `all`; absent: the stack of today and the one compared with. */
  stack: z.string().max(63).optional(),
  /** Key of the stack to compare with; absent: the next one. */
  to: z.string().max(63).optional(),
  kind: z.string().max(63).optional(),
  state: z.enum(RESOURCE_STATES).optional().catch(undefined),
  /** `unknown`: only services without an amount. */
  cost: z.literal("unknown").optional().catch(undefined),
  /** `none`: only services without an owner. */
  owner: z.literal("none").optional().catch(undefined),
  /** `stale`: only services not seen for 7 days. */
  seen: z.literal("stale").optional().catch(undefined),
  q: z.string().trim().max(100).optional(),
  /** Where it comes from; `gone`: imported and no longer in its source. */
  origin: z.enum(["plan", "import", "gone"]).optional().catch(undefined),
  group: z.enum(["stack", "kind", "state", "provider"]).default("stack").catch("stack"),
  /** `import`: the part of the page that imports is open. */
  panel: z.literal("import").optional().catch(undefined),
  /** How many rows of the list are passed over. */
  skip: z.coerce.number().int().min(0).max(1_000_000).optional().catch(undefined),
  /** Key of the service whose panel is open, as `stack/key`. */
  open: z.string().max(130).optional(),
});
export type InventoryQuery = z.output<typeof inventoryQuery>;

/** Query of the list of services. */
export const resourceQuery = pageInput.extend({ stack: z.string().max(63).optional() });

/** Name of a source: addresses are unique inside it. */
export const sourceName = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lower-case letters, digits, dots, hyphens and underscores");

/** Query of an upload of infrastructure as code. */
export const inventoryImportQuery = z.object({
  /** Key of the stack. */
  stack: z.string().min(1).max(63),
  /** Name of the file. */
  name: z.string().max(300).optional(),
  source: sourceName.optional(),
  dryRun: z.enum(["1", "true"]).optional(),
  /** `basis` of the preview: the import is refused when another one came between. */
  basis: z.string().max(100).optional(),
});

/** Query of an upload of alert rules. */
export const rulesImportQuery = inventoryImportQuery.omit({ stack: true });
