import type { Reading } from "@/lib/migration/guards";
import type { OwnedRun } from "../owned-run";
import type { SourceOf } from "./source";

/** The newest sample that was sent to us; no evidence while too little was measured. */
export async function readMetric(owned: OwnedRun, source: SourceOf<"metric">): Promise<Reading> {
  const { projectId } = owned.run;
  const reading = await owned.deps.readMetric(projectId, source.metric);
  if (source.traffic === undefined || reading.type !== "value") return reading;
  return withTraffic(reading, await owned.deps.readMetric(projectId, source.traffic.metric), source.traffic.min);
}

/** A value measured on too few requests is no evidence, whatever it is (R-GRD-5). */
export function withTraffic(reading: Reading, traffic: Reading, min: number): Reading {
  if (traffic.type === "value")
    return traffic.value >= min ? reading : { type: "nodata", reason: `${Math.floor(traffic.value)} of ${min} requests: too few to judge by` };
  return { type: traffic.type === "error" ? "error" : "nodata", reason: `Requests could not be counted: ${traffic.reason}` };
}
