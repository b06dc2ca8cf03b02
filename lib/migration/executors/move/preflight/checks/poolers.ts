import type { MoveCheck, MoveWorld, PoolerFacts } from "@/lib/migration/executors/move/preflight/facts";
import { block, pass, type Verdict, warn } from "./say";

/** A check of every pooler that could be asked; those that could not are what "pooler reachable" is about. */
function poolerCheck(name: string, judge: (pooler: PoolerFacts, world: MoveWorld) => Verdict, always = false): MoveCheck {
  return {
    name,
    judge: (world) =>
      world.poolers
        .filter((pooler) => always || (pooler.problem === null && pooler.found))
        .map((pooler) => ({ name: `${name} (${pooler.connection}/${pooler.database})`, ...judge(pooler, world) })),
  };
}

const local = (host: string) => (/^(localhost|127\.0\.0\.1|::1)$/i.test(host) ? "loopback" : host.toLowerCase());

/** Longest time a client may have to wait: the whole pause. */
const budget = (world: MoveWorld) => Math.max(world.move.stallLimitMs, world.move.pauseLimitMs);

function queryWait(pooler: PoolerFacts, world: MoveWorld): Verdict {
  const [limit, needed] = [pooler.queryWaitTimeoutMs, budget(world)];
  if (limit === 0 || limit > needed)
    return pass(`query_wait_timeout is ${limit === 0 ? "off" : `${limit / 1_000} s`}; the pause lasts ${needed / 1_000} s at most.`);
  return block(
    `query_wait_timeout is ${limit / 1_000} s, the pause may last ${needed / 1_000} s: clients would get errors.`,
    `Set query_wait_timeout above ${needed / 1_000}, or lower stallLimitMs.`,
  );
}

function clientTimeouts(pooler: PoolerFacts, world: MoveWorld): Verdict {
  const needed = budget(world);
  const short = (["queryTimeoutMs", "clientLoginTimeoutMs"] as const).filter((name) => pooler[name] > 0 && pooler[name] <= needed);
  const names = { queryTimeoutMs: "query_timeout", clientLoginTimeoutMs: "client_login_timeout" };
  if (short.length === 0) return pass("The pooler's own limits are longer than the pause.");
  return warn(
    `${short.map((name) => `${names[name]} is ${pooler[name] / 1_000} s`).join(", ")}; the pause may last ${needed / 1_000} s.`,
    "Raise them for the time of the move.",
  );
}

/** The part of a version text such as `PgBouncer 1.18.0` that counts: major × 100 + minor. */
export function poolerVersion(text: string): number {
  const match = /(\d+)\.(\d+)/.exec(text);
  return match === null ? 0 : Number(match[1]) * 100 + Number(match[2]);
}

export const poolerChecks: readonly MoveCheck[] = [
  poolerCheck(
    "pooler reachable",
    (pooler) =>
      pooler.problem === null
        ? pass(`${pooler.version} answers on its console.`)
        : block(`The console of ${pooler.connection} cannot be used: ${pooler.problem}`, "Test the connection: database pgbouncer, a user of admin_users."),
    true,
  ),
  poolerCheck(
    "pooler entry",
    (pooler, { source }) => {
      if (pooler.problem !== null) return block("It is not known where the entry leads.", "Make the console reachable first.");
      if (!pooler.found) return block(`${pooler.connection} has no entry ${pooler.database}.`, "Name an entry of its [databases] section.");
      if (pooler.paused) return block(`The entry ${pooler.database} is paused.`, `RESUME ${pooler.database}; on the console of ${pooler.connection}.`);
      const leads = local(pooler.host) === local(source.host) && pooler.port === source.port && pooler.serverDatabase === source.identity.database;
      return leads
        ? pass(`${pooler.database} leads to the source.`)
        : block(
            `${pooler.database} leads to ${pooler.host}:${pooler.port}/${pooler.serverDatabase}, the source is ${source.host}:${source.port}/${source.identity.database}.`,
            "Name the entry the application uses, or give entry and connection the same host name.",
          );
    },
    true,
  ),
  poolerCheck("transaction pooling", (pooler) =>
    pooler.poolMode === "transaction" || pooler.poolMode === "statement"
      ? pass(`pool_mode is ${pooler.poolMode}.`)
      : block(`pool_mode is ${pooler.poolMode || "unknown"}: PAUSE would wait until every client disconnects.`, "Set pool_mode = transaction for the entry."),
  ),
  poolerCheck("query_wait_timeout", queryWait),
  poolerCheck("pooler configuration", (pooler) =>
    pooler.configProblem === null
      ? pass("The worker can change the entry.")
      : block(pooler.configProblem, "Give the worker write access to the file with the entry, for example one taken in by %include."),
  ),
  poolerCheck("pooler timeouts", clientTimeouts),
  poolerCheck("prepared statements through the pooler", (pooler) =>
    poolerVersion(pooler.version) >= 121 && pooler.maxPreparedStatements > 0
      ? pass(`${pooler.version} keeps track of prepared statements.`)
      : warn(
          `${pooler.version} with max_prepared_statements ${pooler.maxPreparedStatements} does not keep prepared statements over a change of server.`,
          "Make sure that clients use no named prepared statements, or update to PgBouncer 1.21 and set max_prepared_statements.",
        ),
  ),
];
