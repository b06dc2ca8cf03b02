import "server-only";
import type { JournalView, RunView } from "@/components/migration/view";
import { COMMANDS, refusals } from "@/lib/migration/commands";
import { type JournalRow, loadRunPage, newestJournal, type RunPageData } from "@/lib/migration/page-store";
import type { RunCommand } from "@/lib/migration/types";
import { type Ctx, can, type UserActor } from "@/lib/service/context";
import { runView } from "./run-view";

/** Why the reader cannot give a command: missing permission first, then the machine's own reasons. */
export function refusalsFor(ctx: Ctx, data: Pick<RunPageData, "run">) {
  return (command: RunCommand, step?: string): string[] => {
    const permission = COMMANDS[command].permission;
    if (!can(ctx, permission)) {
      const role = ctx.actor.kind === "user" || ctx.actor.kind === "token" ? ` (${(ctx.actor as UserActor).role})` : "";
      return [`Your role${role} does not include this.`];
    }
    return refusals(data.run, command, ctx.now, step);
  };
}

/** The view of a loaded run for the reader of the context. */
export function viewOf(ctx: Ctx, data: RunPageData): RunView {
  return runView(data.run, { ...data, now: ctx.now, refusals: refusalsFor(ctx, data) });
}

/** The run as its pages and `GET /api/v1/runs/{r}` show it. @throws NotFoundError, ForbiddenError */
export async function loadRunView(ctx: Ctx, runId: string): Promise<RunView> {
  return viewOf(ctx, await loadRunPage(ctx, runId));
}

/** One journal row as pages and streams carry it. */
export function journalView(row: JournalRow): JournalView {
  const actor = row.actor;
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    type: row.type,
    actor: { kind: String(actor.kind ?? "unknown"), name: String(actor.name ?? actor.kind ?? "unknown") },
    stepKey: row.stepKey,
    message: row.message,
    data: row.data,
  };
}

/** The newest journal entries for the first HTML. */
export async function loadJournal(ctx: Ctx, runId: string): Promise<JournalView[]> {
  return (await newestJournal(ctx, runId)).map(journalView);
}
