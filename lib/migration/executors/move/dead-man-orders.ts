import type { Connection } from "@/lib/connection/types";
import type { AuthorityHolder } from "@/lib/migration/executors/move/authority";
import type { PoolerEntry } from "@/lib/migration/executors/move/poolers";

/** What the dead-man helper is told before a pooler is paused (R-PG-5). Holds secrets: handed over on its standard input only. */
export interface DeadManOrders {
  runId: string;
  epoch: number;
  holder: AuthorityHolder;
  giving: Connection;
  taking: Connection;
  poolers: PoolerEntry[];
}

/** The helper as its worker sees it. */
export interface DeadMan {
  /** Counts from now: acts after `ms` unless it is told otherwise before, and at once when the worker is gone. */
  arm: (ms: number) => void;
  /** Nobody waits at present: acts only when the worker is gone. */
  rest: () => void;
  /**
   * The decision is about to be made durable: from the answer on the helper bars the taking side before it calls anything off.
   * @throws Error when it does not answer: it may have acted already
   */
  committing: () => Promise<void>;
  /** Everything is settled: ends without doing anything. */
  disarm: () => Promise<void>;
}
