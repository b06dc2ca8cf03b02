import type { PreflightCheck } from "@/lib/migration/executors/types";
import type { Counts } from "./measure";

/* One interface for every way to split traffic between two sides: set a share, observe it, say what is possible. */

export interface TrafficCapabilities {
  /** Null where a share can be set; otherwise why not, for people. A plan that needs weights is refused then. */
  refusal: string | null;
  /** Whether answers of both sides are counted, so that the share can be measured. */
  measures: boolean;
  /** The split is lost when the other side starts again: it is compared every 2 s while a run owns it, and written down at the end. */
  volatile: boolean;
  /** How a change of somebody else is kept from being overwritten, for the review. */
  guard: string;
}

/** A split as it is: weights in the units of the service, and the percent of the new side; null where neither side gets anything. */
export interface Share {
  percent: number | null;
  weights: { old: number; new: number };
}

/** What setting a share leaves for later: a change to ask for, the seconds until resolvers have it. */
export interface Settling {
  changeId?: string;
  ttl?: number;
}

export interface TrafficAdapter {
  title: string;
  capabilities: TrafficCapabilities;
  /** Named checks of everything but the capabilities. */
  checks(percent: number): Promise<PreflightCheck[]>;
  /** @throws Error when the split cannot be read */
  read(): Promise<Share>;
  /** The share as the service would hold it: what it rounds to. */
  rounded(percent: number): Share;
  /** Sets the share and reads it back. @throws Error (definite where the answer is no) */
  set(percent: number, log: (line: string) => void): Promise<{ share: Share; settling: Settling }>;
  /** Why the new side cannot take traffic now; null when it can, or when that cannot be seen. */
  unready(): Promise<string | null>;
  /** Answers so far; null where nothing is counted. */
  counts(): Promise<Counts | null>;
  /** What is still to happen until the share is in force everywhere; null when it is. `since`: milliseconds after it was set. */
  unsettled(settling: Settling, since: number): Promise<string | null>;
  /** Writes the weights where a restart reads them; null where that is not needed or no place is known. */
  durable: DurableWeights | null;
}

/** Where weights are kept over a restart. */
export interface DurableWeights {
  /** Name of the place, for people. */
  place: string;
  /** Weights that a restart would bring; null for none written there. */
  read(): Promise<{ old: number | null; new: number | null }>;
  /** @throws Error when it could not be written, checked or read back; what was there before is there still */
  write(weights: { old: number | null; new: number | null }, runId: string): Promise<void>;
}

/** The same split in other units is the same split: 1 and 3 is 25 %. */
export function sameShare(a: Share, b: Share): boolean {
  const [x, y] = [a.weights, b.weights];
  return x.old + x.new > 0 && Math.abs(x.new * (y.old + y.new) - y.new * (x.old + x.new)) < 1e-9;
}

/** Weights out of 100, or of 200 where tenths of a percent need a finer scale; both stay within 256. */
export function weightsFor(percent: number): { old: number; new: number } {
  const scale = Number.isInteger(percent) ? 100 : 200;
  const share = Math.round((percent * scale) / 100);
  return { old: scale - share, new: share };
}

export function shareOf(weights: { old: number; new: number }): Share {
  const sum = weights.old + weights.new;
  return { percent: sum === 0 ? null : (weights.new / sum) * 100, weights };
}
