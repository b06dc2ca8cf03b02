import { haproxyCommand, isHaproxyName, parseStat, readWeight, type ServerStat } from "@/lib/connection/clients/haproxy";
import { checkHaproxyFile, findHaproxy, readFileWeights, writeFileWeights } from "@/lib/connection/clients/haproxy-file";
import { type Connection, connectionConfig } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import { type DurableWeights, type Share, shareOf, type TrafficAdapter, weightsFor } from "./adapter";
import { definite } from "./answer";

/* Two servers of one HAProxy backend, by weights in the runtime API. */

type Side = "old" | "new";

export interface HaproxyTarget {
  backend: string;
  oldServer: string;
  newServer: string;
}

/** @throws Error (definite) for a name that could end a command or begin another one (S-15) */
function checkNames(target: HaproxyTarget): void {
  for (const name of [target.backend, target.oldServer, target.newServer]) {
    if (!isHaproxyName(name)) throw definite(`"${name.slice(0, 40)}" is no name of an HAProxy backend or server.`);
  }
  if (target.oldServer === target.newServer) throw definite("Old and new server are the same.");
}

function durableOf(target: HaproxyTarget, configFile: string): DurableWeights {
  return {
    place: configFile,
    read: async () => {
      const found = await readFileWeights(configFile, target.backend, [target.oldServer, target.newServer]);
      return { old: found[0] ?? null, new: found[1] ?? null };
    },
    write: (weights, runId) =>
      writeFileWeights(
        configFile,
        target.backend,
        [
          { server: target.oldServer, weight: weights.old },
          { server: target.newServer, weight: weights.new },
        ],
        runId,
      ),
  };
}

/** HAProxy's split of two servers. @throws Error (definite) for names that are none */
export function haproxyTraffic(connection: Connection, target: HaproxyTarget, context: StepContext): TrafficAdapter {
  checkNames(target);
  const { egress, signal } = context;
  const { configFile } = connectionConfig.haproxy.parse(connection.config);
  const nameOf = (side: Side) => `${target.backend}/${side === "old" ? target.oldServer : target.newServer}`;
  const command = (...words: string[]) => haproxyCommand(connection, egress, words, signal);

  async function read(): Promise<Share> {
    const weight = async (side: Side) => (await readWeight(connection, egress, nameOf(side), signal)).weight;
    return shareOf({ old: await weight("old"), new: await weight("new") });
  }

  async function stats(): Promise<Record<Side, ServerStat>> {
    const all = parseStat(await command("show", "stat"));
    const find = (side: Side) => {
      const stat = all.get(nameOf(side));
      if (stat === undefined) throw definite(`HAProxy has no server ${nameOf(side)}.`);
      return stat;
    };
    return { old: find("old"), new: find("new") };
  }

  /** The rising side first, so that never both are at zero. */
  async function set(percent: number, log: (line: string) => void) {
    const wanted = weightsFor(percent);
    const now = (await read()).weights;
    const order: Side[] = wanted.new >= now.new ? ["new", "old"] : ["old", "new"];
    for (const side of order) {
      const answer = (await command("set", "weight", nameOf(side), String(wanted[side]))).trim();
      if (answer !== "") throw definite(`HAProxy refused the weight: ${answer.slice(0, 300)}`);
      log(`set weight ${nameOf(side)} ${wanted[side]}`);
    }
    const seen = await read();
    if (seen.weights.old !== wanted.old || seen.weights.new !== wanted.new)
      throw new Error(`HAProxy has weights ${seen.weights.old}/${seen.weights.new} after they were set to ${wanted.old}/${wanted.new}.`);
    return { share: seen, settling: {} };
  }

  async function checks(percent: number): Promise<PreflightCheck[]> {
    const level = (await command("show", "cli", "level")).trim();
    const seen = await stats();
    const permission: PreflightCheck =
      level === "admin"
        ? { name: "permission", level: "pass", message: "The runtime API may set weights." }
        : {
            name: "permission",
            level: "block",
            message: `The runtime API has level "${level || "unknown"}".`,
            fix: "Give the socket `level admin` in haproxy.cfg.",
          };
    return [
      { name: "servers", level: "pass", message: `HAProxy knows ${nameOf("old")} and ${nameOf("new")}.` },
      permission,
      ...(["old", "new"] as const).map((side) => serverCheck(side, nameOf(side), seen[side].status, percent)),
    ];
  }

  return {
    title: "HAProxy",
    capabilities: {
      refusal: null,
      measures: true,
      volatile: true,
      guard: "Weights are read back, and compared every 2 s as long as the run owns them. Only the workers may reach the runtime API.",
    },
    checks,
    read,
    rounded: (percent) => shareOf(weightsFor(percent)),
    set,
    unready: async () => {
      const { status } = (await stats()).new;
      return /^(DOWN|MAINT|NOLB)/.test(status) ? `${nameOf("new")} is ${status}` : null;
    },
    counts: async () => {
      const process = /^Pid:\s*(\d+)/m.exec(await command("show", "info"))?.[1] ?? "";
      const seen = await stats();
      return { process, old: seen.old.responses, new: seen.new.responses };
    },
    unsettled: async () => null,
    durable: configFile === undefined ? null : durableOf(target, configFile),
  };
}

function serverCheck(side: Side, name: string, status: string, percent: number): PreflightCheck {
  if (/^(UP|DRAIN|no check)/.test(status)) return { name: `${side} server`, level: "pass", message: `${name} is ${status}.` };
  if (side === "new" && percent > 0) return { name: "new server", level: "warn", message: `${name} is ${status}.`, fix: "It must be up before this step." };
  return { name: `${side} server`, level: "warn", message: `${name} is ${status}; a rollback would lead there.`, fix: "Bring it up first." };
}

/** The file that keeps the last weights: there, understood, accepted by HAProxy as it is, and writable. */
export async function fileChecks(connection: Connection, target: HaproxyTarget): Promise<PreflightCheck[]> {
  const { configFile } = connectionConfig.haproxy.parse(connection.config);
  if (configFile === undefined) {
    const message = "The last weights are not written to haproxy.cfg: the next reload or restart of HAProxy after the run brings the old ones back.";
    return [
      {
        name: "after a reload",
        level: "warn",
        message,
        fix: "Name the file in the connection (configFile), or write the weights into it yourself before the run ends.",
      },
    ];
  }
  try {
    const program = findHaproxy();
    if (program === null) throw new Error("the program haproxy was not found on the worker's machine, so a new file could not be checked");
    await readFileWeights(configFile, target.backend, [target.oldServer, target.newServer]);
    await checkHaproxyFile(program, configFile);
    return [{ name: "after a reload", level: "pass", message: `The last weights are written to ${configFile}.` }];
  } catch (error) {
    return [
      {
        name: "after a reload",
        level: "block",
        message: `${configFile}: ${messageOf(error)}`,
        fix: "Correct the file or its permissions, or take it out of the connection.",
      },
    ];
  }
}
