import type { ClockReading } from "@/lib/migration/load-run";

/** Milliseconds a time is cut off by: a JavaScript date is whole milliseconds, the database's microseconds. */
const CUT_MS = 1;

/**
 * The database's clock as this process knows it: its distance from the own monotonic clock, between two bounds. A reading
 * says that the database's time lay between question and answer. In a process that starves, that may be seconds apart, and
 * a clock set to either end would be wrong by as much; so every reading narrows the bounds of the earlier ones.
 */
export class DatabaseClock {
  private least = Number.NEGATIVE_INFINITY;
  private most = Number.POSITIVE_INFINITY;

  take({ databaseAt, askedMs, answeredMs }: ClockReading): void {
    const at = databaseAt.getTime();
    const [least, most] = [at - answeredMs, at + CUT_MS - askedMs];
    // A clock that was set, or has drifted: what was known before is void.
    const other = least > this.most || most < this.least;
    this.least = other ? least : Math.max(this.least, least);
    this.most = other ? most : Math.min(this.most, most);
  }

  /** The database's time, at a moment of the monotonic clock (`performance.now()`). */
  at(monotonicMs: number): Date {
    return new Date(monotonicMs + (this.least + this.most) / 2);
  }

  /** How far that may be off, in milliseconds, either way. */
  uncertaintyMs(): number {
    return (this.most - this.least) / 2;
  }
}
