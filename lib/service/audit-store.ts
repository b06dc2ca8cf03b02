import { z } from "zod";
import { parseInstant } from "@/lib/core/time";
import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { ENTRY_COLUMNS, type StoredEntry } from "@/lib/service/audit-verify";

const text = z.string().trim().min(1).max(120);
const instant = z.string().transform((value, context) => {
  const date = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (date === null) context.addIssue({ code: "custom", message: "Not a day (2026-11-20) or a time with zone (2026-11-20T14:05:00Z)." });
  return date ?? new Date(0);
});

/** Filters of the audit log, as they stand in an address. */
export const auditFilter = z.object({
  /** Id, or a part of the name, of who did it. */
  actor: text.optional(),
  /** An action (`run.approve`) or its beginning (`run.`). */
  action: text.optional(),
  /** Id, type, or a part of the name of the object. */
  object: text.optional(),
  /** Slug or id of a project. */
  project: text.optional(),
  run: text.optional(),
  /** Inclusive. */
  from: instant.optional(),
  /** Exclusive. */
  to: instant.optional(),
});
export type AuditFilter = z.output<typeof auditFilter>;

export const auditQuery = auditFilter.extend({
  /** Sequence number of the last entry of the page before; entries come newest first. */
  after: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const like = (value: string) => `%${value.replace(/[\\%_]/g, "\\$&")}%`;

function conditions(filter: AuditFilter): { where: string; values: unknown[] } {
  const parts: string[] = [];
  const values: unknown[] = [];
  const add = (sql: (n: (value: unknown) => string) => string) => {
    parts.push(
      sql((value) => {
        values.push(value);
        return `$${values.length}`;
      }),
    );
  };
  const { actor, action, object, project, run, from, to } = filter;
  if (actor !== undefined) {
    add((n) => {
      const id = n(actor);
      return `(actor->>'id' = ${id} OR actor->>'user' = ${id} OR actor->>'kind' = ${id} OR actor->>'name' ILIKE ${n(like(actor))})`;
    });
  }
  if (action !== undefined) add((n) => `starts_with(action, ${n(action)})`);
  if (object !== undefined) {
    add((n) => {
      const id = n(object);
      return `(object->>'id' = ${id} OR object->>'type' = ${id} OR object->>'name' ILIKE ${n(like(object))})`;
    });
  }
  if (project !== undefined) add((n) => `project_id IN (SELECT id FROM project WHERE slug = ${n(project)} OR id = $${values.length})`);
  if (run !== undefined) add((n) => `run_id = ${n(run)}`);
  if (from !== undefined) add((n) => `at >= ${n(from)}`);
  if (to !== undefined) add((n) => `at < ${n(to)}`);
  return { where: parts.length === 0 ? "true" : parts.join(" AND "), values };
}

export interface AuditPage {
  items: StoredEntry[];
  /** Give as `after` for the next page; null at the end. */
  next: string | null;
}

/** One page of the audit log, newest first. */
export async function listAudit(db: Pick<Db, "pool">, query: z.output<typeof auditQuery>): Promise<AuditPage> {
  const { where, values } = conditions(query);
  const found = await rows<StoredEntry>(
    db.pool,
    `SELECT ${ENTRY_COLUMNS} FROM audit_entry WHERE ${where} AND seq < $${values.length + 1} ORDER BY seq DESC LIMIT $${values.length + 2}`,
    [...values, query.after ?? Number.MAX_SAFE_INTEGER, query.limit + 1],
  );
  const items = found.slice(0, query.limit);
  return { items, next: found.length > query.limit ? String(items.at(-1)?.seq ?? "") : null };
}

/** All entries that match, oldest first, a thousand at a time. */
export async function* exportAudit(db: Pick<Db, "pool">, filter: AuditFilter): AsyncGenerator<StoredEntry[]> {
  const { where, values } = conditions(filter);
  let after = 0;
  for (;;) {
    const batch = await rows<StoredEntry>(
      db.pool,
      `SELECT ${ENTRY_COLUMNS} FROM audit_entry WHERE ${where} AND seq > $${values.length + 1} ORDER BY seq LIMIT 1000`,
      [...values, after],
    );
    if (batch.length > 0) yield batch;
    if (batch.length < 1_000) return;
    after = batch.at(-1)?.seq ?? after;
  }
}
