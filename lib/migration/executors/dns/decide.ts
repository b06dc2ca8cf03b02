import { z } from "zod";
import { cacheSeconds, type RecordChange, type RecordSet, sameSet, sameValues, setText } from "@/lib/connection/clients/dns/provider";
import { RECORD_TYPES, type RecordType, writtenValue } from "@/lib/core/dns-name";
import type { DnsSetConfig } from "@/lib/migration/traffic-types";

/* What a change of records goes through, decided from what is there. Pure. */

/** One record set in each of its states on the way. */
export interface Passage {
  name: string;
  type: RecordType;
  before: RecordSet | null;
  /** The values of before with the short TTL. */
  lowered: RecordSet | null;
  wanted: RecordSet | null;
}

const storedSet = z.object({
  name: z.string(),
  type: z.enum(RECORD_TYPES),
  ttl: z.number(),
  values: z.array(z.string()),
  cachedFor: z.number().optional(),
  proxied: z.boolean().optional(),
  obstacle: z.string().optional(),
});
const storedFacts = z.object({ records: z.array(storedSet) });

/** The record sets that were stored as seen before anything was done; null when nothing was stored. */
export function storedRecords(facts: unknown): RecordSet[] | null {
  const parsed = storedFacts.safeParse(facts);
  return parsed.success ? (parsed.data.records as RecordSet[]) : null;
}

export function pick(sets: readonly RecordSet[], name: string, type: RecordType): RecordSet | null {
  return sets.find((set) => set.name === name && set.type === type) ?? null;
}

/** The values of a runbook in canonical order; null for none. */
export function writtenSet(name: string, type: RecordType, values: readonly string[], ttl: number): RecordSet | null {
  return values.length === 0 ? null : { name, type, ttl, values: values.map((text) => writtenValue(type, text)).sort() };
}

/** A record that answers with the service's own addresses has no TTL of its own to lower. */
function loweredOf(before: RecordSet | null, ttl: number): RecordSet | null {
  if (before === null || before.proxied === true || cacheSeconds(before) <= ttl) return before;
  return { name: before.name, type: before.type, ttl, values: before.values };
}

/** Every record set of a step on its way from what was there before. */
export function passages(config: DnsSetConfig, before: readonly RecordSet[]): Passage[] {
  return config.records.map(({ name, type, values }) => {
    const old = pick(before, name, type);
    const ttl = old?.proxied === true ? old.ttl : config.ttl;
    const written = writtenSet(name, type, values, ttl);
    const wanted = written !== null && old?.proxied === true ? { ...written, proxied: true } : written;
    // What keeps its values changes its TTL at once: there is nothing to wait for.
    return { name, type, before: old, lowered: sameValues(old, wanted) ? old : loweredOf(old, config.ttl), wanted };
  });
}

/** Seconds that resolvers may hold the old records and that are waited out before the new ones come; 0 where none was lowered. */
export function oldTtl(list: readonly Passage[]): number {
  return Math.max(0, ...list.filter((one) => !sameSet(one.before, one.lowered)).map((one) => cacheSeconds(one.before)));
}

/** Seconds for which resolvers may still answer with the new records after a way back. */
export function wayBackSeconds(list: readonly Passage[]): number {
  return Math.max(0, ...list.map((one) => cacheSeconds(one.wanted)));
}

export type Standing = "before" | "lowered" | "wanted" | "foreign";

/** Where all record sets together stand; `foreign` when they are in none of their states. */
export function standingOf(list: readonly Passage[], found: readonly RecordSet[]): Standing {
  const all = (state: "wanted" | "lowered" | "before") => list.every((one) => sameSet(pick(found, one.name, one.type), one[state]));
  return all("wanted") ? "wanted" : all("lowered") ? "lowered" : all("before") ? "before" : "foreign";
}

/** What is there instead of what was expected, for people. */
export function foreignText(list: readonly Passage[], found: readonly RecordSet[]): string {
  const odd = list.filter((one) => !sameSet(pick(found, one.name, one.type), one.lowered) && !sameSet(pick(found, one.name, one.type), one.before));
  const shown = (odd.length > 0 ? odd : list).slice(0, 3);
  return shown.map((one) => `${one.name} ${one.type} was ${setText(one.before)}, is ${setText(pick(found, one.name, one.type))}`).join("; ");
}

/** The change from one state to another, of the sets that differ. */
export function changeBetween(list: readonly Passage[], from: (one: Passage) => RecordSet | null, to: (one: Passage) => RecordSet | null): RecordChange[] {
  return list.flatMap((one) => (sameSet(from(one), to(one)) ? [] : [{ name: one.name, type: one.type, before: from(one), after: to(one) }]));
}
