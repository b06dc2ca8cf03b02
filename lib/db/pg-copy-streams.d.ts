declare module "pg-copy-streams" {
  import type { Duplex, Writable } from "node:stream";
  import type { Submittable } from "pg";

  /** A COPY … FROM STDIN query: write the rows into it, `rowCount` is known when it has finished. */
  export function from(sql: string, options?: { highWaterMark?: number }): Writable & Submittable & { rowCount: number };
  /** A COPY … TO STDOUT query: read the rows from it. */
  export function to(sql: string, options?: { highWaterMark?: number }): Duplex & Submittable & { rowCount: number };
}
