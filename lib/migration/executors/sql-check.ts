import type pg from "pg";
import { withPostgres } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { sessionName } from "@/lib/migration/executors/sessions";
import type { Executor, PreflightCheck, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"sql.check">;

/** One statement through the extended protocol, which refuses a second one, in a read-only transaction. */
async function readValue(client: pg.Client, step: Step): Promise<{ value: string | null }> {
  await client.query("BEGIN TRANSACTION READ ONLY");
  try {
    const config: pg.QueryArrayConfig & { queryMode: string } = { text: step.with.query, rowMode: "array", queryMode: "extended" };
    const result = await client.query<(string | null)[]>(config);
    const [row, ...more] = result.rows;
    if (row === undefined || more.length > 0 || row.length !== 1) {
      throw Object.assign(new Error(`The query gave ${result.rows.length} rows of ${result.fields.length} columns; one value is needed.`), {
        wrongShape: true,
      });
    }
    return { value: row[0] ?? null };
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
}

function sides(value: string, expect: Step["with"]["expect"]): [string | number, string | number] | null {
  if (typeof expect === "boolean") return /^(t|f|true|false)$/.test(value) ? [Number(value.startsWith("t")), Number(expect)] : null;
  if (typeof expect === "string") return [value, expect];
  const number = Number(value);
  return value.trim() === "" || !Number.isFinite(number) ? null : [number, expect];
}

/** Whether the value, as the server writes it, meets the expectation; null when the two cannot be compared. */
export function meets(value: string, op: Step["with"]["op"], expect: Step["with"]["expect"]): boolean | null {
  const pair = sides(value, expect);
  if (pair === null) return null;
  const [left, right] = pair;
  switch (op) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
  }
}

function isDefinite(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Class 42: syntax, unknown or forbidden object. Class 25: not allowed in a read-only transaction.
  return "wrongShape" in error || error.name === "EgressRefused" || ("code" in error && /^(42|25|22)/.test(String(error.code)));
}

async function check(step: Step, context: StepContext): Promise<StepResult> {
  const { op, expect } = step.with;
  try {
    const connection = await context.connection(step.with.connection, "postgres");
    const options = { applicationName: sessionName(context.runId, context.epoch), signal: context.signal };
    const { value } = await withPostgres(connection, context.egress, options, (client) => readValue(client, step));
    if (value === null) return { type: "failed", reason: "The query gave NULL.", output: { value } };
    const good = meets(value, op, expect);
    if (good === null)
      return {
        type: "failed",
        reason: `"${value.slice(0, 200)}" cannot be compared with ${JSON.stringify(expect)}.`,
        output: { value: value.slice(0, 1_000) },
      };
    const output = { value: value.slice(0, 1_000) };
    return good ? { type: "done", output } : { type: "failed", reason: `The query gave ${value.slice(0, 200)}; expected ${op} ${String(expect)}.`, output };
  } catch (error) {
    return { type: isDefinite(error) ? "failed" : "errored", reason: messageOf(error) };
  }
}

/**
 * One read-only statement whose single value is compared. Class P: it runs in a read-only transaction.
 * A wrong value and a refused statement are failed; an unreachable server is errored.
 */
export const sqlCheck: Executor<"sql.check"> = {
  kind: "sql.check",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 60_000,
  attempts: 3,
  movesTraffic: false,
  preview: (step) => ({
    summary: `A query on ${step.with.connection} must give a value ${step.with.op} ${String(step.with.expect)}.`,
    lines: ["BEGIN TRANSACTION READ ONLY;", ...step.with.query.split("\n"), "ROLLBACK;"],
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight: async (step, context) => {
    const result = await check(step, context);
    const pass: PreflightCheck = { name: "query", level: "pass", message: "The query runs." };
    if (result.type === "done" || (result.type === "failed" && result.output !== undefined)) return [pass];
    const message = "reason" in result ? result.reason : "The query could not be tried.";
    // Tables may only come with an earlier step; an unreachable server may not.
    if (result.type === "failed")
      return [{ name: "query", level: "warn", message, fix: "Correct the query, or make sure that an earlier step makes what it reads." }];
    return [{ name: "query", level: "block", message, fix: "Test the connection in the settings." }];
  },
  observe: async () => ({ state: "absent", facts: {} }),
  apply: check,
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
