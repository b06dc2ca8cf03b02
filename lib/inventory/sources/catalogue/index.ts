import { AWS } from "./aws";
import { AZURE } from "./azure";
import { CLOUDS } from "./clouds";
import { GOOGLE } from "./google";
import { SERVICES } from "./services";
import { TOOLS } from "./tools";
import type { ProviderRows } from "./types";

/** Prefix of a Terraform resource type → its provider and types. */
export const PROVIDERS: Readonly<Record<string, ProviderRows>> = {
  aws: AWS,
  awscc: { provider: "AWS", types: {} },
  google: GOOGLE,
  azurerm: AZURE,
  azuread: { provider: "Azure", types: { application: ["auth", ""], group: ["auth", ""], user: ["auth", ""], service_principal: ["auth", ""] } },
  azapi: { provider: "Azure", types: {} },
  ...CLOUDS,
  ...SERVICES,
  ...TOOLS,
};

/** What an attribute of a specification means besides its value. */
export type Mark = "mb" | "gb" | "n" | "port" | null;

export interface SpecificationAttribute {
  /** Names from the outside in: `["root_block_device", "volume_size"]`. */
  path: readonly string[];
  /** Name it is shown under: the path with dots. */
  name: string;
  mark: Mark;
}

export interface TypeFacts {
  provider: string | null;
  kind: string;
  attributes: readonly SpecificationAttribute[];
}

/** Read from types that are not in the catalogue: names whose meaning is the same everywhere and never secret. */
const COMMON = attributesOf(
  "size sku sku_name plan tier edition type engine engine_version version region location zone availability_zone instance_type instance_class instance_size machine_type server_type node_type node_count:n replicas:n replica_count:n instance_count:n cpu cpus vcpus cores memory memory_mb:mb memory_gb disk_size disk_size_gb:gb storage_gb:gb storage_class runtime protocol schedule port:port enabled",
);

/** Words of a type → kind, in the order in which they decide; for types that are not in the catalogue. */
const WORDS: readonly (readonly [kind: string, words: string])[] = [
  ["secrets", "secret secrets password credential credentials vault kms token apikey"],
  ["security", "iam policy role firewall waf acl security certificate cert ssl tls permission grant rule"],
  ["backup", "backup backups snapshot snapshots"],
  ["cache", "redis cache memcached memcache valkey keyvalue"],
  [
    "database",
    "db database databases sql postgres postgresql mysql mariadb mongo mongodb rds dynamodb cassandra clickhouse opensearch elasticsearch index collection",
  ],
  ["queue", "queue topic subscription kafka pubsub sqs sns rabbitmq nats eventhub stream messaging"],
  ["storage", "bucket storage volume disk filesystem blob object share"],
  ["registry", "registry repository artifact"],
  ["dns", "dns record zone domain rdns"],
  ["cdn", "cdn distribution edge"],
  ["load-balancer", "lb alb nlb elb loadbalancer balancer ingress proxy gateway"],
  ["logging", "log logs logging"],
  ["monitoring", "monitor monitoring alarm alert dashboard check healthcheck uptime metric"],
  ["email", "email mail smtp ses"],
  ["sms", "sms phone"],
  ["auth", "auth user group team member membership identity oauth sso"],
  ["automation", "schedule scheduler cron workflow pipeline trigger job webhook"],
  ["analytics", "analytics warehouse dataset bigquery"],
  ["network", "network vpc subnet subnetwork route router ip address nat vpn peering interface tunnel"],
  ["compute", "instance server vm machine function lambda container cluster node nodepool pod droplet worker app service deployment kubernetes"],
  ["platform", "project site environment account organization workspace"],
];
const KIND_OF_WORD = new Map(WORDS.flatMap(([kind, words]) => words.split(" ").map((word) => [word, kind] as const)));

function attributesOf(text: string): SpecificationAttribute[] {
  return text
    .split(" ")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", mark] = part.split(":");
      return { path: name.split("."), name, mark: (mark as Mark | undefined) ?? null };
    });
}

const known = new Map<string, TypeFacts>();

/**
 * Provider, kind and specification attributes of a Terraform resource type. Types that are not in the catalogue get
 * the provider of their prefix (or of the given provider address), a kind by the words of their name, and the
 * attributes whose names mean the same everywhere. Pure apart from remembering its answers.
 */
export function typeFacts(type: string, providerAddress: string | null): TypeFacts {
  const id = `${type} ${providerAddress ?? ""}`;
  const before = known.get(id);
  if (before !== undefined) return before;
  const facts = factsOf(type, providerAddress);
  if (known.size < 5_000) known.set(id, facts);
  return facts;
}

function factsOf(type: string, providerAddress: string | null): TypeFacts {
  const [prefix = ""] = type.split("_", 1);
  const rows = Object.hasOwn(PROVIDERS, prefix) ? PROVIDERS[prefix] : undefined;
  const rest = type.slice(prefix.length + 1);
  const row = rows !== undefined && Object.hasOwn(rows.types, rest) ? rows.types[rest] : undefined;
  const provider = rows?.provider ?? providerName(providerAddress) ?? (prefix === "" ? null : prefix);
  if (row !== undefined) return { provider, kind: row[0], attributes: attributesOf(row[1] ?? "") };
  return { provider, kind: kindByWords(rest === "" ? type : rest), attributes: COMMON };
}

/** `registry.terraform.io/hashicorp/aws` or `provider["registry.terraform.io/acme/dns"]` → the last name. */
function providerName(address: string | null): string | null {
  const name = address === null ? undefined : /([a-z0-9][a-z0-9-]{0,60})"?\]?(?:\.[\w-]+)?$/.exec(address)?.[1];
  if (name === undefined) return null;
  return (Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name]?.provider : undefined) ?? name;
}

/** The last word that says something decides: `redis_cluster_firewall` is about the firewall. */
function kindByWords(name: string): string {
  const words = name.toLowerCase().split("_").reverse();
  for (const word of words) {
    const kind = KIND_OF_WORD.get(word) ?? KIND_OF_WORD.get(word.replace(/s$/, ""));
    // Words that only say "a thing": what stands before them says what it is.
    if (kind !== undefined && !GENERIC.has(word)) return kind;
  }
  for (const word of words) {
    const kind = KIND_OF_WORD.get(word);
    if (kind !== undefined) return kind;
  }
  return "other";
}
const GENERIC = new Set(["instance", "cluster", "server", "service", "node", "type", "group", "object", "app", "rule", "project", "account"]);
