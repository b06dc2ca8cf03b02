/** Failed sign-ins that count for one attempt. Ages in milliseconds, newest first. */
export interface Failures {
  /** Same account from the same address since the last success of that pair. */
  pair: number[];
  /** Same account from anywhere. */
  account: number[];
  /** Same address, any account. */
  address: number[];
  /** The account was signed in to from this address before (30 days): failures of strangers do not slow it. */
  knownAddress: boolean;
}

interface Limit {
  /** Failures without any wait. */
  free: number;
  /** Failures older than this no longer count. */
  windowMs: number;
  /** The longest wait between two attempts. */
  maxWaitMs: number;
}

export const SIGN_IN_LIMITS = {
  pair: { free: 5, windowMs: 15 * 60_000, maxWaitMs: 5 * 60_000 },
  account: { free: 20, windowMs: 60 * 60_000, maxWaitMs: 60_000 },
  address: { free: 40, windowMs: 15 * 60_000, maxWaitMs: 5 * 60_000 },
} as const satisfies Record<string, Limit>;

/** Wait after the n-th failure: 1 s, doubling with each one, up to the limit. */
function waitFor(ages: readonly number[], limit: Limit): number {
  const counted = ages.filter((age) => age < limit.windowMs);
  const over = counted.length - limit.free;
  const newest = counted[0];
  if (over < 0 || newest === undefined) return 0;
  return Math.max(0, Math.min(limit.maxWaitMs, 1_000 * 2 ** Math.min(over, 20)) - newest);
}

/**
 * Milliseconds until the next attempt is looked at; 0 = now. It grows with each failure and never becomes a lock:
 * a person who signed in from an address before is slowed only by failures from that same address, so nobody can
 * shut others out by guessing (ASVS 6.1.1, R-SEC-12).
 */
export function signInDelay(failures: Failures): number {
  return Math.max(
    waitFor(failures.pair, SIGN_IN_LIMITS.pair),
    failures.knownAddress ? 0 : waitFor(failures.account, SIGN_IN_LIMITS.account),
    waitFor(failures.address, SIGN_IN_LIMITS.address),
  );
}

/** The unit in which addresses are counted: IPv4 whole, IPv6 by /64, because one person is given a whole /64. */
export function addressGroup(address: string): string {
  const bare = address
    .replace(/^\[|\]$/g, "")
    .replace(/%.*$/, "")
    .toLowerCase();
  if (!bare.includes(":")) return bare.slice(0, 64);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = "", tail] = bare.split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").slice(0, 4))
    .join(":")}::/64`;
}
