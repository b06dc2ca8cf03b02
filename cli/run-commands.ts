import type { Command } from "commander";
import { formatInstant } from "@/lib/core/time";
import { rows } from "@/lib/db/transaction";
import { abortRun } from "@/lib/migration/abort-run";
import { type LoadedRun, loadRun } from "@/lib/migration/load-run";
import { newestJournal } from "@/lib/migration/page-store";
import { pauseRun } from "@/lib/migration/pause-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunState } from "@/lib/migration/run-command";
import { startRun } from "@/lib/migration/start-run";
import { readUndriven } from "@/lib/migration/workers";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { withContext } from "./database";
import { CliError, print, printJson, table } from "./output";

interface Listed {
  id: string;
  number: number;
  project: string;
  migration: string;
  mode: string;
  status: string;
  traffic: number;
  createdAt: Date;
}

const demoOf = (command: Command) => command.optsWithGlobals<{ demo?: boolean }>().demo === true;

const COMMANDS: Record<string, { about: string; run: (ctx: Ctx, raw: unknown) => Promise<RunState>; says: string }> = {
  start: { about: "start an approved run", run: startRun, says: "The worker begins with the first step." },
  pause: { about: "finish the step under way, then wait", run: pauseRun, says: "The step under way is finished, then the run waits. Guards stay armed." },
  resume: { about: "let a paused run go on", run: resumeRun, says: "The run goes on." },
  abort: { about: "stop and leave everything as it is", run: abortRun, says: "Everything stays as it is." },
  rollback: { about: "undo what was done, in reverse order", run: rollbackRun, says: "The worker undoes the steps in reverse order." },
};

/** `run list|show|start|pause|resume|abort|rollback`. Approvals are given by people in the browser. */
export function addRunCommands(program: Command): void {
  const run = program.command("run").description("runs of migrations; approvals are given in the browser");
  run
    .command("list")
    .description("newest runs first")
    .option("--project <slug>")
    .option("--json", "as JSON")
    .action(async (options: { project?: string; json?: boolean }, command: Command) => {
      await withContext(demoOf(command), async (ctx) => {
        const found = await listRuns(ctx, options.project ?? null);
        if (options.json === true) return printJson(found);
        if (found.length === 0) return print("There are no runs yet: make one on the page of a migration.");
        const body = found.map((entry) => [
          nameOf(entry),
          entry.project,
          entry.migration,
          entry.mode,
          entry.status,
          `${entry.traffic} %`,
          formatInstant(entry.createdAt, "UTC"),
          entry.id,
        ]);
        for (const line of table(["run", "project", "migration", "mode", "status", "traffic", "made", "id"], body)) print(line);
      });
    });
  run
    .command("show <run>")
    .description("state, steps, guards and the newest events; <run> is an id or PROJECT#NUMBER")
    .option("--json", "as JSON")
    .action(async (name: string, options: { json?: boolean }, command: Command) => {
      await withContext(demoOf(command), async (ctx) => showRun(ctx, await runId(ctx, name), options.json === true));
    });
  for (const [word, { about, run: verb, says }] of Object.entries(COMMANDS)) {
    run
      .command(`${word} <run>`)
      .description(about)
      .option("--reason <text>", "kept in the journal and the audit log")
      .option("--json", "the new state as JSON")
      .action(async (name: string, options: { reason?: string; json?: boolean }, command: Command) => {
        await withContext(demoOf(command), async (ctx) => {
          const id = await runId(ctx, name);
          const { version } = await loadRun(ctx.db.pool, id);
          const state = await verb(ctx, { runId: id, version, ...(options.reason === undefined ? {} : { reason: options.reason }) });
          if (options.json === true) return printJson(state);
          print(`${name}: ${state.status}${state.desired === "go" ? "" : ` (${state.desired} asked for)`}. ${says}`);
          await printUndriven(ctx, await loadRun(ctx.db.pool, id));
        });
      });
  }
}

const nameOf = (entry: Listed) => `${entry.project}#${entry.number}`;

async function listRuns(ctx: Ctx, slug: string | null): Promise<Listed[]> {
  requirePermission(ctx, "workspace.read");
  return rows<Listed>(
    ctx.db.pool,
    `SELECT r.id, r.number, p.slug AS project, m.key AS migration, r.mode, r.status, r.traffic_percent AS traffic, r.created_at AS "createdAt"
       FROM run r JOIN project p ON p.id = r.project_id JOIN migration m ON m.id = r.migration_id
      WHERE $1::text IS NULL OR p.slug = $1 ORDER BY r.created_at DESC LIMIT 100`,
    [slug],
  );
}

/** An id as it is, or `project#number`. */
export async function runId(ctx: Ctx, name: string): Promise<string> {
  const match = /^(.+)#(\d+)$/.exec(name);
  const found =
    match === null
      ? await rows<{ id: string }>(ctx.db.pool, "SELECT id FROM run WHERE id = $1", [name])
      : await rows<{ id: string }>(ctx.db.pool, "SELECT r.id FROM run r JOIN project p ON p.id = r.project_id WHERE p.slug = $1 AND r.number = $2", [
          match[1],
          match[2],
        ]);
  const id = found[0]?.id;
  if (id === undefined) throw new CliError(`There is no run "${name}". "run list" shows them.`);
  return id;
}

/** What was asked for waits as long as nobody carries it out: whoever asked has to know. */
async function printUndriven(ctx: Ctx, run: LoadedRun): Promise<void> {
  const nobody = await readUndriven(ctx.db, run);
  if (nobody === null) return;
  print(`No worker has driven it since ${nobody.since.toISOString()}: nothing happens in it, and its guards are asleep. ${nobody.why}`);
}

async function showRun(ctx: Ctx, id: string, json: boolean): Promise<void> {
  requirePermission(ctx, "workspace.read");
  const run = await loadRun(ctx.db.pool, id);
  const journal = await newestJournal(ctx, id, 15);
  if (json) return printJson({ ...run, undriven: await readUndriven(ctx.db, run), journal });
  print(`${run.mode} run ${run.number}: ${run.status}, ${run.trafficPercent} % of traffic on the new side, plan ${run.planHash.slice(0, 12)}`);
  await printUndriven(ctx, run);
  print();
  const steps = run.steps.map((step) => [String(step.position), step.status, step.spec.kind, step.spec.title, step.message]);
  for (const line of table(["#", "status", "kind", "step", ""], steps)) print(line);
  if (run.guards.length > 0) {
    print();
    const guards = run.guards.map((guard) => [
      guard.spec.key,
      guard.state,
      `${guard.spec.op} ${guard.spec.value}`,
      guard.lastValue === null ? "no value" : String(guard.lastValue),
    ]);
    for (const line of table(["guard", "state", "limit", "last value"], guards)) print(line);
  }
  print();
  for (const event of journal) print(`${event.at.toISOString()}  ${event.message}`);
}
