import type { PlanInput } from "@/lib/plan/types";

type Resource = NonNullable<NonNullable<NonNullable<PlanInput["stacks"]>[number]["resources"]>>[number];

export interface Specification {
  specification: NonNullable<Resource["specification"]>;
  /** How many there are, where the name says it. */
  count: number | null;
  memoryMb: number | null;
}

const INSTANCE =
  /(?<![\p{L}\p{N}.-])((?:db\.|cache\.)?[a-z]{1,3}\d{1,2}[a-z]{0,3}\.(?:nano|micro|small|medium|large|x?large|\d{1,2}xlarge|metal)|(?:cx|cpx|cax|ccx|ax|ex)\d{2,3}|(?:e2|n1|n2|n2d|c2|c3|t2d)-[a-z]+-\d{1,3}|standard_[a-z]\d+[a-z_\d]*|(?:shared|dedicated|performance)-(?:cpu-)?\d{1,2}x)(?![\p{L}\p{N}])/iu;
const COUNT_BEFORE = /(?<![\p{L}\p{N}.])(\d{1,4})\s?(?:×\s?|[xX*]\s)(?=[\p{L}(])/u;
const COUNT_AFTER = /(?:(?<=[\p{L})]\s?)×|(?<=[\p{L})]\s)[xX*])\s?(\d{1,4})(?![\p{L}\p{N}.]|\s?(?:gb|tb|mb|vcpu))/iu;
const COUNT_IN_BRACKETS =
  /\(\s?(\d{1,4})\s(?:nodes?|instances?|hosts?|servers?|vms?|seats?|replicas?|machines?|knoten|instanzen|noeuds?|n[oœ]uds|instancias|nodos|users?|licen[cs]es?)/iu;
const SIZE = /(\d{1,6}(?:[.,]\d{1,3})?)\s?(TB|GB|MB|TiB|GiB|MiB|To|Go|Mo)(?![\p{L}])(\s?(?:ram|memory|arbeitsspeicher|m[eé]moire|memoria))?/iu;
const CPUS = /(\d{1,3})\s?(?:v?cpus?|cores?|kerne|c[oœ]urs|n[uú]cleos)(?![\p{L}])/iu;
const ENGINES: readonly [RegExp, string][] = [
  [/postgres/i, "postgresql"],
  [/mysql/i, "mysql"],
  [/mariadb/i, "mariadb"],
  [/mongo/i, "mongodb"],
  [/redis/i, "redis"],
  [/valkey/i, "valkey"],
  [/clickhouse/i, "clickhouse"],
];
const FACTOR: Record<string, number> = { tb: 1_000_000, tib: 1_048_576, to: 1_000_000, gb: 1_000, gib: 1_024, go: 1_000, mb: 1, mib: 1, mo: 1 };

/** What the name of a row says of size and number: "Droplet s-4vcpu × 5", "2× t3.small", "S3 (50GB)". Pure. */
export function specificationOf(name: string): Specification {
  const specification: Specification["specification"] = {};
  const instance = INSTANCE.exec(name)?.[1];
  if (instance !== undefined) specification.instanceType = instance;
  const engine = ENGINES.find(([test]) => test.test(name))?.[1];
  if (engine !== undefined) specification.engine = engine;
  const cpus = CPUS.exec(name)?.[1];
  if (cpus !== undefined) specification.vcpu = Number(cpus);
  const size = SIZE.exec(name);
  let memoryMb: number | null = null;
  if (size !== null) {
    const amount = Number((size[1] ?? "").replace(",", "."));
    const unit = (size[2] ?? "").toLowerCase();
    const mb = amount * (FACTOR[unit] ?? 1);
    if (size[3] !== undefined) memoryMb = Number((unit === "gb" || unit === "go" ? amount * 1_024 : mb).toPrecision(12));
    else
      specification[/transfer|traffic|bandwidth|egress|cdn|cloudfront|verkehr|trafic|tr[aá]fico/i.test(name) ? "transferGb" : "storageGb"] = Number(
        (mb / 1_000).toPrecision(12),
      );
  }
  const count = COUNT_BEFORE.exec(name)?.[1] ?? COUNT_AFTER.exec(name)?.[1] ?? COUNT_IN_BRACKETS.exec(name)?.[1];
  return { specification, count: count === undefined ? null : Number(count), memoryMb };
}
