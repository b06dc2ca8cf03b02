import type { DnsSyntaxError, RecordType } from "@/lib/core/dns-name";

/* What every way to change DNS records has in common. */

/** All records of one name and type. Values are canonical (`canonicalValue`) and sorted. */
export interface RecordSet {
  name: string;
  type: RecordType;
  /** Seconds. */
  ttl: number;
  /** Seconds that resolvers keep it, where a service gives another meaning to its TTL. */
  cachedFor?: number;
  values: string[];
  /** The service answers with its own addresses instead of these: what servers answer says nothing about the record. */
  proxied?: boolean;
  /** Why a set of plain records cannot take its place. */
  obstacle?: string;
}

/** One name and type as it has to be before, and as it shall be after. Null: no record. */
export interface RecordChange {
  name: string;
  type: RecordType;
  before: RecordSet | null;
  after: RecordSet | null;
}

/** Who changes, for services that keep a remark with a record: lets people see it, and stands in for a fence where there is none. */
export interface ChangeMark {
  runId: string;
  epoch: number;
}

export interface ZoneFacts {
  /** Authoritative servers, `host` or `host:port`. */
  nameservers: string[];
  /** Why records of the zone cannot be changed through this connection; empty: they can. */
  problems: string[];
}

export interface DnsProvider {
  /** Refuses by itself to overwrite what somebody else changed meanwhile; without it there is a moment between reading and writing. */
  compareAndSwap: boolean;
  /** Smallest TTL in seconds that the service takes. */
  minTtl: number;
  /** Types that can be changed through it. */
  types: readonly RecordType[];
  /** How it is made sure that a foreign change is not overwritten, for the review. */
  guard: string;
  zoneFacts(zone: string): Promise<ZoneFacts>;
  /** The record sets of a name among the given types, as the source of the zone has them now. */
  read(zone: string, name: string, types: readonly RecordType[]): Promise<RecordSet[]>;
  /**
   * Makes all changes at once or none.
   * @throws DnsError `conflict` where a record is not as `before` says: nothing was changed
   */
  change(zone: string, changes: readonly RecordChange[], mark: ChangeMark): Promise<void>;
}

/**
 * conflict: a record is not what it was expected to be, nothing was changed. refused: the answer is no, asking again will not help.
 * busy: try later, nothing was changed. unclear: it may have been done or not.
 */
export type DnsErrorKind = "conflict" | "refused" | "busy" | "unclear";

export class DnsError extends Error {
  constructor(
    readonly kind: DnsErrorKind,
    message: string,
    /** Milliseconds the service asked to wait for. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = "DnsError";
  }
}

/** How long a service wants to be left alone, from its Retry-After (seconds or a date), bounded to 5 minutes. */
export function retryAfter(header: string | undefined, now: Date): number {
  const seconds = Number(header);
  const ms = header === undefined ? Number.NaN : Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1_000), 300_000) : 5_000;
}

/** Same values, whatever the TTL. Null and an empty set are the same. */
export function sameValues(a: RecordSet | null, b: RecordSet | null): boolean {
  const left = a?.values ?? [];
  const right = b?.values ?? [];
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** Same values and TTL. */
export function sameSet(a: RecordSet | null, b: RecordSet | null): boolean {
  return sameValues(a, b) && ((a?.values.length ?? 0) === 0 || a?.ttl === b?.ttl);
}

/** Seconds that resolvers may go on answering with a set after it was changed. */
export function cacheSeconds(set: RecordSet | null): number {
  return set === null || set.values.length === 0 ? 0 : (set.cachedFor ?? set.ttl);
}

/** A record set in one line, for messages. */
export function setText(set: RecordSet | null): string {
  if (set === null || set.values.length === 0) return "no record";
  const shown = set.values.slice(0, 5).join(", ");
  return `${shown}${set.values.length > 5 ? ` and ${set.values.length - 5} more` : ""} (TTL ${set.ttl} s)`;
}

/** Throws the conflict of the first change whose record is not as it has to be. */
export function expectBefore(changes: readonly RecordChange[], found: (change: RecordChange) => RecordSet | null): void {
  for (const change of changes) {
    const now = found(change);
    if (now?.obstacle !== undefined) throw new DnsError("refused", `${change.name} ${change.type}: ${now.obstacle}`);
    if (!sameSet(now, change.before))
      throw new DnsError("conflict", `Somebody else changed ${change.name} ${change.type}: expected ${setText(change.before)}, found ${setText(now)}.`);
  }
}

export function isSyntaxError(error: unknown): error is DnsSyntaxError {
  return error instanceof Error && error.name === "DnsSyntaxError";
}
