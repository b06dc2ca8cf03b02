import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { changeBatch, isInSync, openRoute53, type Route53, setsOf } from "@/lib/connection/clients/dns/route53";
import type { Connection } from "@/lib/connection/types";
import { canonicalName, isInZone } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import { type Share, shareOf, type TrafficAdapter, weightsFor } from "./adapter";
import { definite } from "./answer";

/*
 * Two weighted record sets of one name at Route 53, told apart by their set identifiers. Where the name has sets of several
 * types (A and AAAA), all of them get the same share.
 */

/** A resolver keeps an answer for its TTL: above this a stage is in force late, and so is a way back (seconds). */
const LONG_TTL_S = 300;

export interface Route53Target {
  /** The name whose answers are split. */
  backend: string;
  /** Set identifiers of both sides. */
  oldServer: string;
  newServer: string;
}

interface Pair {
  type: string;
  old: ResourceRecordSet;
  new: ResourceRecordSet;
}

function nameOf(target: Route53Target, zone: string): string {
  let name: string;
  try {
    name = canonicalName(target.backend, { wildcard: true });
  } catch (error) {
    throw definite(messageOf(error));
  }
  if (!isInZone(name, zone)) throw definite(`${name} is not in the zone ${zone} of the connection.`);
  if (target.oldServer === target.newServer) throw definite("Old and new set identifier are the same.");
  return name;
}

/** Both sides of every type the name has. @throws Error (definite) when one is missing or not weighted */
function pairsOf(sets: readonly ResourceRecordSet[], name: string, target: Route53Target): Pair[] {
  const side = (type: string, identifier: string) => sets.find((set) => set.Type === type && set.SetIdentifier === identifier);
  const types = [
    ...new Set(sets.filter((set) => set.SetIdentifier === target.oldServer || set.SetIdentifier === target.newServer).map((set) => String(set.Type))),
  ];
  if (types.length === 0) throw definite(`${name} has no records with the set identifiers "${target.oldServer}" and "${target.newServer}".`);
  return types.map((type) => {
    const [old, fresh] = [side(type, target.oldServer), side(type, target.newServer)];
    if (old === undefined || fresh === undefined)
      throw definite(`${name} ${type} has no record with the set identifier "${old === undefined ? target.oldServer : target.newServer}".`);
    if (old.Weight === undefined || fresh.Weight === undefined) throw definite(`${name} ${type} has another routing policy than weights.`);
    return { type, old, new: fresh };
  });
}

const longestTtl = (pairs: readonly Pair[]) => Math.max(...pairs.flatMap((pair) => [pair.old.TTL ?? 0, pair.new.TTL ?? 0]));
const weightsOf = (pair: Pair) => ({ old: pair.old.Weight ?? 0, new: pair.new.Weight ?? 0 });

/** The split of the first type; all others have to have the same. */
function readShare(pairs: readonly Pair[], name: string): Share {
  const [first, ...others] = pairs.map((pair) => shareOf(weightsOf(pair)));
  if (first === undefined) throw definite(`${name} has no weighted records.`);
  const odd = others.find((one) => one.percent !== first.percent);
  // Another share per type is a state of its own: as none that a stage sets.
  return odd === undefined ? first : { percent: null, weights: { old: 0, new: 0 } };
}

function batchOf(pairs: readonly Pair[], wanted: { old: number; new: number }) {
  const sides = pairs.flatMap((pair) => [
    { set: pair.old, weight: wanted.old },
    { set: pair.new, weight: wanted.new },
  ]);
  return sides
    .filter(({ set, weight }) => set.Weight !== weight)
    .flatMap(({ set, weight }) => [
      { Action: "DELETE" as const, ResourceRecordSet: set },
      { Action: "CREATE" as const, ResourceRecordSet: { ...set, Weight: weight } },
    ]);
}

export async function route53Traffic(connection: Connection, target: Route53Target, context: StepContext): Promise<TrafficAdapter> {
  const open: Route53 = await openRoute53(connection, context.egress, context.now, context.signal);
  const name = nameOf(target, open.zone);
  const pairs = async () => pairsOf(await setsOf(open, name), name, target);

  async function checks(): Promise<PreflightCheck[]> {
    const sets = await setsOf(open, name);
    const found = pairsOf(sets, name, target);
    const ttl = longestTtl(found);
    const third = sets.filter((set) => set.Weight !== undefined && set.SetIdentifier !== target.oldServer && set.SetIdentifier !== target.newServer);
    const result: PreflightCheck[] = [
      { name: "weights", level: "pass", message: `${name} has weighted records of both sides (${found.map((pair) => pair.type).join(", ")}).` },
    ];
    if (third.length > 0)
      result.push({
        name: "other sets",
        level: "warn",
        message: `${third.map((set) => set.SetIdentifier).join(", ")} keep their weights, and with them a share of the traffic.`,
      });
    result.push(
      ttl > LONG_TTL_S
        ? {
            name: "TTL",
            level: "warn",
            message: `The records have a TTL of ${ttl} s: every stage, and the way back, takes so long.`,
            fix: "Lower it beforehand.",
          }
        : { name: "TTL", level: "pass", message: `Every stage, and the way back, takes up to ${ttl} s (the TTL).` },
    );
    return result;
  }

  return {
    title: "Route 53",
    capabilities: {
      refusal: null,
      measures: false,
      volatile: false,
      guard: "One batch deletes the exact old records and creates the new ones: the service refuses all of it when somebody else changed them.",
    },
    checks,
    read: async () => readShare(await pairs(), name),
    rounded: (percent) => shareOf(weightsFor(percent)),
    set: async (percent, log) => {
      const before = await pairs();
      const wanted = weightsFor(percent);
      const batch = batchOf(before, wanted);
      const changeId = batch.length === 0 ? "" : await changeBatch(open, batch, `Switchyard run ${context.runId}, epoch ${context.epoch}`);
      log(`${name}: weights ${wanted.old} (${target.oldServer}) and ${wanted.new} (${target.newServer})`);
      const after = await pairs();
      const share = readShare(after, name);
      if (share.weights.old !== wanted.old || share.weights.new !== wanted.new)
        throw new Error(`Route 53 has weights ${share.weights.old}/${share.weights.new} after they were set.`);
      return { share, settling: { ttl: longestTtl(after), ...(changeId === "" ? {} : { changeId }) } };
    },
    unready: async () => null,
    counts: async () => null,
    unsettled: async ({ changeId }, since) => {
      if (changeId !== undefined && !(await isInSync(open, changeId))) return "not all servers of Route 53 have the weights yet";
      const left = longestTtl(await pairs()) * 1_000 - since;
      return left > 0 ? `resolvers may use the former weights for ${Math.ceil(left / 1_000)} s more (TTL)` : null;
    },
    durable: null,
  };
}
