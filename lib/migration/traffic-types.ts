import { z } from "zod";
import { splitServer } from "@/lib/connection/types";
import { canonicalName, isDnsName, isInZone, MAX_TTL, RECORD_TYPES, type RecordType, writtenValue } from "@/lib/core/dns-name";
import { isDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";

/* What steps that move traffic are told: weights of two sides, records of a DNS zone, requests to compare. */

const key = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lower-case letters, digits, dots, hyphens and underscores");
const duration = z.string().max(20).refine(isDuration, "write a duration such as 30s, 5m, 24h or 7d");
const percent = z.number().min(0).max(100);
const sideName = z
  .string()
  .min(1)
  .max(128)
  .refine((text) => !/[\0\r\n]/.test(text), "one line, without control characters");

/** A query that measures the share of the new side in percent, where the way of the traffic cannot. */
const shareQuery = z.strictObject({ connection: key, query: z.string().min(1).max(4_000) });

/** Two sides of one way for traffic. What the names mean depends on the kind of the connection (docs/steps.md). */
export const trafficTarget = {
  connection: key,
  backend: z.string().min(1).max(253),
  oldServer: sideName,
  newServer: sideName,
  measure: shareQuery.optional(),
};

export const trafficStage = z.strictObject({
  percent,
  hold: duration,
  /** Requests the new side must have answered before the ramp goes on. */
  minRequests: z.number().int().min(0).max(1_000_000_000).default(0),
  /** Percentage points that the measured share may be away from the set one; `none` does not wait for it. */
  tolerance: z.union([z.number().min(0.1).max(50), z.literal("none")]).default(5),
  /** The ramp goes on from this stage only after an approval. */
  approval: z.boolean().optional(),
});

export const trafficShiftConfig = z.strictObject({ ...trafficTarget, stages: z.array(trafficStage).min(1).max(50) });

/** One stage as it is executed. */
export const trafficSetConfig = z.strictObject({
  ...trafficTarget,
  percent,
  minRequests: z.number().int().min(0).default(0),
  tolerance: z.union([z.number(), z.literal("none")]).default(5),
  /** The last stage of its ramp: where weights do not survive a restart by themselves, they are written down. */
  last: z.boolean().optional(),
});

const recordName = z
  .string()
  .max(254)
  .refine((text) => isDnsName(text, { wildcard: true }), "write all of the name, such as www.example.com")
  .transform((text) => canonicalName(text, { wildcard: true }));
const recordValues = z.array(z.string().min(1).max(4_000)).max(100);

interface WrittenRecord {
  name: string;
  type: RecordType;
  values: string[];
  expect?: string[] | undefined;
}

/** What is wrong with record sets that a zone shall have, each with the place in the list (B-10). */
export function recordIssues(zone: string, records: readonly WrittenRecord[]): { path: (string | number)[]; message: string }[] {
  const issues: { path: (string | number)[]; message: string }[] = [];
  const kept = (name: string, type: RecordType) => records.some((one) => one.name === name && one.type === type && one.values.length > 0);
  records.forEach(({ name, type, values, expect = [] }, index) => {
    const add = (field: string, message: string, ...rest: number[]) => issues.push({ path: ["records", index, field, ...rest], message });
    if (!isInZone(name, zone)) add("name", `${name} is not in the zone ${zone}: write all of the name, such as ${name}.${zone}`);
    if (records.findIndex((one) => one.name === name && one.type === type) < index) add("name", `${name} ${type} is in the list twice`);
    if (type === "CNAME" && name === zone) add("type", "a CNAME cannot be at the top of a zone, where other records always are");
    if (type === "CNAME" && values.length > 1) add("values", "a name has one CNAME only");
    if (type === "CNAME" && values.length > 0 && RECORD_TYPES.some((other) => other !== "CNAME" && kept(name, other)))
      add("type", "a name with a CNAME can have no other records");
    for (const [field, list] of [
      ["values", values],
      ["expect", expect],
    ] as const) {
      const seen = new Set<string>();
      list.forEach((text, place) => {
        try {
          const value = writtenValue(type, text);
          if (seen.has(value)) add(field, "the value is in the list twice", place);
          seen.add(value);
        } catch (error) {
          add(field, messageOf(error), place);
        }
      });
    }
  });
  return issues;
}

const dnsSetFields = z.strictObject({
  connection: key,
  zone: z
    .string()
    .max(254)
    .refine((text) => isDnsName(text), "write the name of a zone, such as example.com")
    .transform((text) => canonicalName(text)),
  /** Record sets that are changed together. */
  records: z
    .array(
      z.strictObject({
        name: recordName,
        type: z.enum(RECORD_TYPES),
        /** All values the set shall have; none removes it. */
        values: recordValues,
        /** What has to be there before: anything else blocks in the preflight. */
        expect: recordValues.optional(),
      }),
    )
    .min(1)
    .max(20),
  /** Seconds. Records with a longer one are lowered to it first, and their old TTL is waited out. */
  ttl: z.number().int().min(0).max(MAX_TTL).default(60),
  /** Resolvers, `host` or `host:port`, that have to answer with the new values too. */
  resolvers: z
    .array(
      z
        .string()
        .max(300)
        .refine((text) => splitServer(text) !== null, "write host or host:port"),
    )
    .max(20)
    .default([]),
  /** How long every server may take to have the new records. */
  within: duration.default("10m"),
});

export const dnsSetConfig = dnsSetFields.superRefine((config, context) => {
  for (const issue of recordIssues(config.zone, config.records)) context.addIssue({ code: "custom", ...issue });
});

const baseUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((text) => !/[?#]/.test(text), "write the address without a query and fragment");

export const trafficMirrorConfig = z.strictObject({
  /** What users reach now. */
  from: baseUrl,
  /** What they shall reach. */
  to: baseUrl,
  /** Asked in turn; only GET is ever sent. */
  paths: z
    .array(
      z
        .string()
        .max(2_000)
        .regex(/^\/[!-~]*$/, "write a path that begins with /, without spaces")
        .refine((text) => !text.includes("#"), "leave the fragment (#…) out"),
    )
    .min(1)
    .max(500),
  /** Sent as Host to the target, where it is reached under another name than the source. */
  hostHeader: z
    .string()
    .max(253)
    .refine((text) => isDnsName(text), "write one host name")
    .optional(),
  /** Pairs of requests a second. */
  rate: z.number().min(0.1).max(50).default(5),
  duration: duration.default("1m"),
  /** What has to be alike: `shape` also compares the structure of JSON answers, and kind and emptiness of others. */
  compare: z.enum(["status", "shape"]).default("shape"),
  /** Pairs in percent that may differ. */
  maxDifferent: percent.default(0),
  /** The slower half may be so many times slower on the target; the median is compared. */
  maxSlower: z.number().min(1).max(100).default(2),
  /** Milliseconds by which the target may be slower whatever the factor: short answers differ by chance. */
  slowerFloorMs: z.number().int().min(0).max(60_000).default(50),
});

export type TrafficStage = z.infer<typeof trafficStage>;
export type DnsSetConfig = z.infer<typeof dnsSetConfig>;
export type TrafficMirrorConfig = z.infer<typeof trafficMirrorConfig>;
