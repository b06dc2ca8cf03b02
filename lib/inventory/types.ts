import { z } from "zod";

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
});

export type ResourceDetail = z.output<typeof resourceDetail>;
