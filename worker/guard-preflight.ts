import { PgbouncerAdmin } from "@/lib/connection/clients/pgbouncer";
import { identifyDatabase, postgresConfig, query, withPostgres } from "@/lib/connection/clients/postgres";
import { probeTableSql } from "@/lib/connection/clients/write-probe";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import { crossedLimit } from "@/lib/migration/guard-baseline";
import { tierOf } from "@/lib/migration/guard-types";
import { type Reading, waitOutMs } from "@/lib/migration/guards";
import type { GuardState, StoredCheck } from "@/lib/migration/snapshot";
import { holdOf, traits } from "@/lib/migration/steps";
import { openSource } from "./guard-sources/open-source";
import { askedQuery } from "./guard-sources/promql";
import { stepsNamed } from "./guard-sources/replication";
import type { SourceOf } from "./guard-sources/source";
import type { OwnedRun } from "./owned-run";
import { openTarget } from "./step-context";

/* Every guard is tried before the start: one that cannot speak protects nobody (R-GRD-3). Nothing outside is changed. */

interface Found {
  level: StoredCheck["level"];
  message: string;
  fix?: string;
}

/** Checks of one guard: its source once, what it waits out after a change, and what its limit says of the present. @throws when our own database is away */
export async function checkGuard(owned: OwnedRun, guard: GuardState): Promise<StoredCheck[]> {
  const { key, title, noData } = guard.spec;
  const stored = (found: Found): StoredCheck => ({ stepKey: "", name: `guard ${key}`, ...found, message: `"${title}": ${found.message}` });
  // Outside: samples are in our own database, and what fails there says nothing about the guard.
  const { source } = guard.spec;
  const reading = source.type === "metric" ? await owned.deps.readMetric(owned.run.projectId, source.metric) : null;
  try {
    const tried = await trySource(owned, guard, reading);
    // Who wants silence ignored has accepted that the guard may have nothing to say.
    const level = (found: Found): Found => (found.level === "block" && noData === "ignore" ? { ...found, level: "warn" } : found);
    return [...tried.map(level), ...windows(owned, guard)].map(stored);
  } catch (error) {
    return [stored({ level: "block", message: `cannot be measured: ${messageOf(error)}` })];
  }
}

/** `reading`: the newest sample, for a guard on one of our own metrics. */
async function trySource(owned: OwnedRun, guard: GuardState, reading: Reading | null): Promise<Found[]> {
  const { source } = guard.spec;
  switch (source.type) {
    case "metric":
      if (reading === null) throw new Error("its newest sample was not read");
      return [tryMetric(guard, source, reading, owned.now())];
    case "promql":
      return await tryPromql(owned, guard, source);
    case "replication":
      return [tryReplication(owned, source)];
    case "pooler":
      return [await tryPooler(owned, source)];
    case "probe":
      return await tryProbe(owned, source);
    case "haproxy":
      return [await tryHaproxy(owned, guard)];
  }
}

/** The value now, and whether it would be a breach already. */
function present(guard: GuardState, value: number): Found {
  const { spec } = guard;
  const now = `${tierOf(spec) === "fast" ? "fast tier" : "PromQL"}, now ${value}${spec.unit === undefined ? "" : ` ${spec.unit}`}`;
  return crossedLimit(spec, null, value) === null
    ? { level: "pass", message: `has data (${now}).` }
    : {
        level: "warn",
        message: `is past its limit ${spec.op} ${spec.value} already (${now}).`,
        fix: "Wait until it is good, or correct the limit: it would act as soon as it is armed.",
      };
}

function tryMetric(guard: GuardState, source: SourceOf<"metric">, reading: Reading, now: Date): Found {
  const fix = `Send samples of "${source.metric}" before the start.`;
  if (reading.type !== "value") return { level: "block", message: `watches "${source.metric}", which has no usable sample: ${reading.reason}`, fix };
  const age = now.getTime() - reading.at.getTime();
  if (age > parseDuration(guard.spec.noDataFor))
    return { level: "warn", message: `the newest sample of "${source.metric}" is ${formatDuration(age)} old.`, fix };
  return present(guard, reading.value);
}

const DRY_RUN_MS = 10_000;

async function tryPromql(owned: OwnedRun, guard: GuardState, source: SourceOf<"promql">): Promise<Found[]> {
  const wait = waitOutMs(guard.spec);
  if (wait === null)
    return [
      {
        level: "block",
        message: "how far the query looks back cannot be told.",
        fix: "Leave out @ and close all brackets: samples from before a change must not count after it.",
      },
    ];
  const connection = await openTarget(owned, source.connection, "prometheus");
  const begun = performance.now();
  const reading = await owned.deps.probe(connection, askedQuery(source), owned.now(), DRY_RUN_MS);
  const ms = performance.now() - begun;
  const slow: Found[] =
    ms > 1_000 ? [{ level: "warn", message: `the query took ${formatDuration(ms)}; while it runs nothing is seen.`, fix: "Use a recording rule." }] : [];
  const counts = source.traffic === undefined ? [] : [await tryTraffic(owned, connection, source.traffic)];
  if (reading.type === "value") return [present(guard, reading.value), ...counts, ...slow];
  if (reading.type !== "nodata") return [{ level: "block", message: reading.reason, fix: "Try the query in Prometheus." }];
  return [await everHadValue(owned, connection, askedQuery(source), reading.reason), ...counts, ...slow];
}

async function tryTraffic(owned: OwnedRun, connection: Parameters<OwnedRun["deps"]["probe"]>[0], traffic: { query: string; min: number }): Promise<Found> {
  const reading = await owned.deps.probe(connection, traffic.query, owned.now(), DRY_RUN_MS);
  if (reading.type === "value") return { level: "pass", message: `counts ${Math.floor(reading.value)} requests now, ${traffic.min} are needed.` };
  return {
    level: "block",
    message: `requests cannot be counted: ${reading.reason}`,
    fix: "Try the query of traffic in Prometheus; add `or vector(0)` where there may be no series.",
  };
}

/** A query that never gave a number is probably misspelt: nothing would be watched (Flagger #1581). */
async function everHadValue(owned: OwnedRun, connection: Parameters<OwnedRun["deps"]["probe"]>[0], query: string, why: string): Promise<Found> {
  for (const [range, step] of [
    ["1h", "15s"],
    ["30d", "1h"],
  ] as const) {
    // Numbers only: NaN and the infinities are no values.
    const had = await owned.deps.probe(connection, `count_over_time(((${query}\n) > -Inf < Inf)[${range}:${step}])`, owned.now(), DRY_RUN_MS);
    if (had.type === "value" && had.value > 0)
      return { level: "warn", message: `has no data now (${why}) but had in the last ${range}.`, fix: "The run is held as long as there is none." };
  }
  const fix =
    "Correct the name of the metric. Where there may be no series yet, add `or vector(0)`; a share of no traffic is no number: divide by clamp_min(…, 0.001). Or set noData: ignore.";
  return { level: "block", message: `the query has not given a number in 30 days: ${why}`, fix };
}

function tryReplication(owned: OwnedRun, source: SourceOf<"replication">): Found {
  const steps = stepsNamed(owned.run.steps, source.step);
  if (steps.length === 0) return { level: "block", message: `the run has no step "${source.step}".`, fix: "Name the step that replicates." };
  const watched = steps.some((step) => owned.deps.executors(step.spec.kind)?.watch !== undefined);
  return watched
    ? { level: "pass", message: `reads the lag of "${source.step}" as it is measured.` }
    : { level: "block", message: `nothing measures a lag in the step "${source.step}".`, fix: "Name a step that replicates." };
}

async function tryPooler(owned: OwnedRun, source: SourceOf<"pooler">): Promise<Found> {
  const admin = new PgbouncerAdmin(await openTarget(owned, source.connection, "pgbouncer"), await owned.deps.egress(), "switchyard:preflight");
  try {
    await admin.state(source.database);
    const pool = await admin.pools(source.database);
    return { level: "pass", message: `has data (fast tier, now ${pool.clientsWaiting} waiting, longest ${pool.maxWaitSeconds} s).` };
  } finally {
    admin.close();
  }
}

async function tryHaproxy(owned: OwnedRun, guard: GuardState): Promise<Found> {
  const source = openSource(owned, guard);
  try {
    // The first reading only counts; that it does not throw says that the server is there.
    await source.read(new Date(0));
    return { level: "pass", message: "has data (fast tier, HAProxy counts the requests of this server)." };
  } finally {
    await source.close();
  }
}

const RIGHTS = `SELECT to_regclass($1) IS NOT NULL AS there,
  coalesce(has_table_privilege(to_regclass($1)::oid, 'SELECT') AND has_table_privilege(to_regclass($1)::oid, 'INSERT') AND has_table_privilege(to_regclass($1)::oid, 'UPDATE'), false) AS allowed`;

async function tryProbe(owned: OwnedRun, source: SourceOf<"probe">): Promise<Found[]> {
  const found: Found[] = [];
  const identities = new Map<string, string>();
  const expected = source.expect?.from;
  for (const key of new Set([...source.connections, ...(source.expect === undefined ? [] : [source.expect.from, source.expect.to])])) {
    const target = owned.run.plan.targets.find((one) => one.key === key);
    const connection = await openTarget(owned, key, target?.kind === "pgbouncer" ? "pgbouncer" : "postgres");
    await withPostgres(connection, await owned.deps.egress(), { applicationName: "switchyard:preflight", statementTimeoutMs: 5_000 }, async (client) => {
      const { systemIdentifier, database } = await identifyDatabase(client);
      identities.set(key, `${systemIdentifier}/${database}`);
      if (!source.connections.includes(key)) return;
      const row = (await query(client, RIGHTS, [source.table]))[0];
      const fix = probeTableSql(source.table, postgresConfig(connection).user);
      if (row?.there !== "t") found.push({ level: "block", message: `the table ${source.table} does not exist behind ${key}.`, fix });
      else if (row.allowed !== "t") found.push({ level: "block", message: `the role of ${key} may not read and write ${source.table}.`, fix });
    });
  }
  const answering = new Set(source.connections.map((key) => identities.get(key)));
  if (answering.size > 1)
    found.push({ level: "block", message: "the connections of the probe lead to different servers.", fix: "All of them have to lead to where writes go." });
  if (source.expect !== undefined && stepsNamed(owned.run.steps, source.expect.step).length === 0)
    found.push({ level: "block", message: `the run has no step "${source.expect.step}".`, fix: "Name the step that switches." });
  if (expected !== undefined && !answering.has(identities.get(expected)))
    found.push({ level: "block", message: `writes do not go to ${expected} now.`, fix: "Correct expect.from, or where the connection leads." });
  return found.length > 0 ? found : [{ level: "pass", message: `can write and read ${source.table} (fast tier, ${source.perSecond} times a second).` }];
}

/** What the guard waits out after a change, and whether the run gives it the time (B-6). */
function windows(owned: OwnedRun, guard: GuardState): Found[] {
  const wait = waitOutMs(guard.spec);
  if (wait === null || wait === 0) return [];
  const { run } = owned;
  const moving = run.steps.filter((step) => traits(run, step).movesTraffic);
  const last = moving.at(-1);
  const shortest = Math.min(...moving.map(holdOf));
  const after = run.plan.observationMs + (last === undefined ? 0 : holdOf(last));
  const said = `after every change of traffic it waits ${formatDuration(wait)} until its window is past the change`;
  if (moving.length > 0 && wait > after)
    return [
      {
        level: "warn",
        message: `${said}; the last stage and the observation together last ${formatDuration(after)}, so it makes the run longer.`,
        fix: "Shorten the range in the query, or observe longer.",
      },
    ];
  if (moving.length > 0 && wait > shortest)
    return [
      {
        level: "warn",
        message: `${said}; the shortest stage lasts ${formatDuration(shortest)}, so it makes it longer.`,
        fix: "Shorten the range in the query, or hold the stages longer.",
      },
    ];
  return [{ level: "pass", message: `${said}.` }];
}
