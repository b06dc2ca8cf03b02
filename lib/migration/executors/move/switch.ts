import { entryServer } from "@/lib/connection/clients/pgbouncer-config";
import { readDatabases, tryReplace } from "@/lib/connection/clients/pgbouncer-file";
import { connectionConfig } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { readAuthority } from "@/lib/migration/executors/move/authority";
import { readOwner } from "@/lib/migration/executors/move/owner";
import { readSubscription } from "@/lib/migration/executors/move/subscription";
import { previewSwitch } from "@/lib/migration/executors/move/switch-preview";
import { probe } from "@/lib/migration/executors/move/switch-probe";
import { runSwitch } from "@/lib/migration/executors/move/switch-run";
import { clientOf, openWorld, readBefore, type World } from "@/lib/migration/executors/move/switch-world";
import type { Executor, Observation, PreflightCheck, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"postgres.switch">;

/** Runs `work` with everything of the switch open, without changing anything. */
async function looking<T>(step: Step, context: StepContext, work: (world: World) => Promise<T>): Promise<T> {
  const world = await openWorld(step.with, context, "apply");
  try {
    return await work(world);
  } finally {
    world.close();
  }
}

/** `present`: the target has the application and everybody is there. `absent`: the source has it and nobody waits. */
async function observe(step: Step, context: StepContext): Promise<Observation> {
  const before = context.before?.switch ?? (await readBefore(step.with, context));
  return await looking(step, context, async (world) => {
    const [source, target] = [await readAuthority(clientOf(world.giving), world.hash), await readAuthority(clientOf(world.taking), world.hash)];
    const poolers = await Promise.all(world.poolers.map((pooler) => pooler.see()));
    const unseen = poolers.find((pooler) => pooler.state === null);
    if (unseen !== undefined) throw new Error(`${unseen.key} does not answer: ${unseen.problem}`);
    const phase = (await readOwner(clientOf(world.taking)))?.phase ?? "none";
    const facts = {
      switch: before,
      source: source?.state ?? "none",
      target: target?.state ?? "none",
      phase,
      poolers: poolers.map(({ key, state }) => ({ key, ...state })),
    };
    const all = (side: "giving" | "taking") => poolers.every(({ state }) => state?.side === side && !state.paused);
    if (target?.state === "open" && source?.state === "closed" && phase === "switched" && all("taking")) return { state: "present", facts };
    const back = source === null || (source.state === "open" && target?.state === "closed");
    return { state: back && phase !== "switching" && all("giving") ? "absent" : "other", facts };
  });
}

/** What has to be right before the move begins; what the servers must be like is checked by the step that starts it. */
async function preflight(step: Step, context: StepContext): Promise<PreflightCheck[]> {
  const checks: PreflightCheck[] = [];
  for (const { connection, database } of step.with.poolers) {
    const name = `pooler ${connection}`;
    try {
      const { configFile } = connectionConfig.pgbouncer.parse((await context.connection(connection, "pgbouncer")).config);
      if (configFile === undefined) throw new Error("the connection names no configuration file");
      tryReplace(configFile);
      const { host, port } = entryServer(readDatabases(configFile), database);
      checks.push({ name, level: "pass", message: `"${database}" leads to ${host}:${port} and can be led elsewhere.` });
    } catch (error) {
      const fix = "Name the file with the [databases] line in the connection, and let the worker create files in its folder.";
      checks.push({ name, level: "block", message: `${connection}: ${messageOf(error)}.`, fix });
    }
  }
  if (step.with.poolers.length === 0)
    checks.push({
      name: "poolers",
      level: "warn",
      message: "No pooler is named: applications fail to log in from the switch until they are pointed at the target.",
    });
  if (step.with.probe === undefined)
    checks.push({
      name: "probe",
      level: "warn",
      message: "No connection of the application is named: that its login is refused by the fenced server can only be read from the catalogue.",
      fix: "Set `probe` to a connection that logs in as the application does.",
    });
  return checks;
}

/** The switch still stands as it was made. */
async function verify(step: Step, context: StepContext): Promise<StepResult> {
  try {
    return await looking(step, context, async (world) => {
      const seen = await observe(step, context);
      if (seen.state !== "present") return { type: "errored", reason: "The switch does not stand as it was made.", output: seen.facts };
      if (world.goesBack && (await readSubscription(clientOf(world.giving), world.back.subscription))?.enabled !== true)
        return { type: "errored", reason: `Nothing follows back to ${world.giving.connection.key}.` };
      await probe(world, context);
      return { type: "done" };
    });
  } catch (error) {
    return { type: "errored", reason: messageOf(error) };
  }
}

/**
 * The cutover of a live move through its poolers (reliability-security.md §2.3), with a critical section. Class D: whoever
 * comes to it looks first and brings it to one of its two ends. Undo is the same the other way round.
 */
export const postgresSwitch: Executor<"postgres.switch"> = {
  kind: "postgres.switch",
  version: 2,
  idempotency: "D",
  cancel: "safe-point",
  timeoutMs: 15 * 60_000,
  attempts: 3,
  movesTraffic: true,
  criticalSection: true,
  preview: (step) => previewSwitch(step.with),
  preflight,
  observe,
  apply: (step, context) => runSwitch(step.with, context, "apply"),
  verify,
  undo: (step, context) => runSwitch(step.with, context, "undo"),
};
