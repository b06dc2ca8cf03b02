import type { AfterChange } from "@/lib/connection/create-connection";
import { createConnection as create } from "@/lib/connection/create-connection";
import { deleteConnection as remove } from "@/lib/connection/delete-connection";
import type { ConnectionView } from "@/lib/connection/types";
import { updateConnection as update } from "@/lib/connection/update-connection";
import type { Ctx } from "@/lib/service/context";
import { knownExecutors } from "./executor-set";
import { refreezeProject } from "./freeze-run";

/*
 * Changes of connections as pages and routes use them: approvals that were given to the old settings are voided with the
 * change, and runs under way keep what they were started with: then a change is refused (lib/connection/in-use.ts).
 */

const refreeze: AfterChange = (tx, ctx, projectId, cause) => refreezeProject(tx, ctx, projectId, cause, knownExecutors);

/** Adds a connection and freezes the project's waiting runs again. */
export function createConnection(ctx: Ctx, raw: unknown): Promise<ConnectionView> {
  return create(ctx, raw, refreeze);
}

/** Changes a connection; approvals of runs that use it are void when it is not the same any more. */
export function updateConnection(ctx: Ctx, raw: unknown): Promise<ConnectionView> {
  return update(ctx, raw, refreeze);
}

/** Removes a connection; approvals of runs that use it are void. */
export function deleteConnection(ctx: Ctx, raw: unknown): Promise<{ id: string }> {
  return remove(ctx, raw, refreeze);
}
