/** What a reader of infrastructure as code hands on. Nothing else of a file leaves it. */

export const SOURCE_FORMATS = ["terraform-state", "terraform-show", "terraform-plan", "compose"] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

export type Scalar = string | number | boolean;
/** Allow-listed facts of a resource, by the name the source gives them. */
export type Specification = Record<string, Scalar | (string | number)[]>;

export const CHANGES = ["create", "update", "replace", "delete", "forget"] as const;
/** What a Terraform plan will do with a resource. A resource it leaves alone has none. */
export type Change = (typeof CHANGES)[number];

/** One specification before and after a planned change, as text; null = not there. */
export interface PlannedValue {
  name: string;
  before: string | null;
  after: string | null;
}

export interface FoundResource {
  /** Identity inside the source, such as `module.db.aws_db_instance.main[0]` or the name of a Compose service. */
  address: string;
  /** Where the source had it before it was moved inside the source. */
  previousAddress: string | null;
  name: string;
  kind: string;
  provider: string | null;
  specification: Specification;
  count: number | null;
  /** Ports that can be reached, at most 100. */
  ports: number[];
  memoryMb: number | null;
  diskGb: number | null;
  /** Not started unless asked for. */
  optional: boolean;
  /** Addresses in the same source; null where the file does not say. */
  dependsOn: string[] | null;
  change: Change | null;
  /** Specifications that a planned update or replacement changes. */
  planned: PlannedValue[];
}

export interface ReadSource {
  format: SourceFormat;
  /** Name of the source where the person gives none: lower-case letters, digits, dots, hyphens, underscores. */
  source: string;
  /** What the file says it is the state of; null where it says nothing. */
  lineage: string | null;
  resources: FoundResource[];
  /** Whether the resources of the file exist (a state) or are only declared (Compose). */
  exist: boolean;
  /** The file covers only a part of its source: what it does not have says nothing. */
  partial: boolean;
  /** What was left out and why, in sentences without any value of the file. */
  notes: string[];
}

/** A resource with nothing known but its address; readers fill in the rest. */
export function bareResource(address: string): FoundResource {
  return {
    address,
    previousAddress: null,
    name: address,
    kind: "other",
    provider: null,
    specification: {},
    count: null,
    ports: [],
    memoryMb: null,
    diskGb: null,
    optional: false,
    dependsOn: [],
    change: null,
    planned: [],
  };
}
