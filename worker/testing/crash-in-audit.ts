import { createPool } from "@/lib/db/pool";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { loadRun } from "@/lib/migration/load-run";
import { applyTransition } from "@/lib/migration/transition";

/*
 * Changes a run and is killed (SIGKILL) before or after the audit entry of that change, before the COMMIT (F-AUD-1):
 * `crash-in-audit.ts URL RUN_ID before|after`.
 */

const [, , url, runId, when] = process.argv;
if (url === undefined || runId === undefined) throw new Error("usage: crash-in-audit.ts URL RUN_ID before|after");

const pool = createPool(url);
const die = () => process.kill(process.pid, "SIGKILL");

/** A client that dies at the entry of the audit log. */
function dying(tx: Tx): Tx {
  const query = async (text: string, values?: unknown[]) => {
    const audit = text.includes("INSERT INTO audit_entry");
    if (audit && when === "before") die();
    const result = await tx.query(text, values);
    if (audit) die();
    return result;
  };
  return new Proxy(tx, { get: (target, name) => (name === "query" ? query : Reflect.get(target, name, target)) });
}

await inTransaction({ pool }, async (tx) => {
  const run = await loadRun(tx, runId, { lock: true });
  const change = { run: { status: "aborted" as const }, events: [{ type: "run.aborted", message: "half" }] as const, audit: { action: "run.aborted" } };
  await applyTransition(
    dying(tx),
    { actor: { kind: "worker", name: "dying" }, now: new Date() },
    run,
    { ...change, events: [change.events[0]] },
    { version: run.version },
  );
});
