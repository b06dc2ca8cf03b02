import { type ResourceDetail, resourceDetail } from "./types";

/** A resource as a plan or an import declares it, as far as the detail goes. */
export interface DeclaredResource {
  specification?: Record<string, string | number | boolean | (string | number)[]> | undefined;
  alsoKinds?: string[] | undefined;
  count?: number | undefined;
  autoscale?: { min: number; max: number } | undefined;
  host?: string | undefined;
  ports?: number[] | undefined;
  memoryMb?: number | undefined;
  diskGb?: number | undefined;
  optional?: boolean | undefined;
  state?: string | undefined;
  note?: string | undefined;
}

/** The stored detail of a declared resource. Pure. */
export function detailOf(resource: DeclaredResource): ResourceDetail {
  const { specification, state, alsoKinds, ports, optional, count, autoscale, host, memoryMb, diskGb, note } = resource;
  return {
    schemaVersion: 1,
    values: specification ?? {},
    alsoKinds: alsoKinds ?? [],
    ports: ports ?? [],
    optional: optional ?? false,
    count,
    autoscale,
    host,
    memoryMb,
    diskGb,
    note,
    stateText: state,
  };
}

const EMPTY: ResourceDetail = { schemaVersion: 1, values: {}, alsoKinds: [], ports: [], optional: false };

/** The detail of a stored row; an empty one where the row holds something unknown. Pure. */
export function parseDetail(stored: unknown): ResourceDetail {
  const parsed = resourceDetail.safeParse(stored);
  return parsed.success ? parsed.data : EMPTY;
}
