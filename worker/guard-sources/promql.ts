import { parseDuration } from "@/lib/core/duration";
import type { Reading } from "@/lib/migration/guards";
import type { OwnedRun } from "../owned-run";
import { openTarget } from "../step-context";
import { withTraffic } from "./metric";
import type { SourceOf } from "./source";

/** The query as it is asked: aggregated to one series where the guard says how (R-GRD-3). */
export function askedQuery(source: SourceOf<"promql">): string {
  return source.aggregate === undefined ? source.query : `${source.aggregate}(${source.query}\n)`;
}

/** One instant query at `now − offset` (R-GRD-4). */
export async function readPromql(owned: OwnedRun, source: SourceOf<"promql">): Promise<Reading> {
  const connection = await openTarget(owned, source.connection, "prometheus");
  const at = new Date(owned.now().getTime() - parseDuration(source.offset ?? "0"));
  const [reading, traffic] = await Promise.all([
    owned.deps.probe(connection, askedQuery(source), at),
    source.traffic === undefined ? null : owned.deps.probe(connection, source.traffic.query, at),
  ]);
  return source.traffic === undefined || traffic === null || reading.type !== "value" ? reading : withTraffic(reading, traffic, source.traffic.min);
}
