import { slugify } from "@/lib/core/ids";
import { kindOfImage } from "./compose-images";
import { type ComposePort, parsePort, portText, reachablePorts } from "./compose-ports";
import { asList, asObject, asText, type Json } from "./json-text";
import { requireFew } from "./limits";
import { isSecretName, isSecretText, oneLine, safeText } from "./secret-text";
import { bareResource, type FoundResource, type ReadSource, type Specification } from "./types";

const MAX_LIST = 100;

/** Whether a document is a Compose file: a map with services. */
export function isCompose(document: Json): boolean {
  return asObject(document.services) !== null;
}

/**
 * A Compose file: its services with image, ports, replicas, limits, profiles and what they need. Extension fields
 * (`x-…`) are only read through the anchors that use them; of `environment` the names, of secrets and configs too; no
 * command, label or file. Pure.
 */
export function readCompose(document: Json): ReadSource {
  const services = asObject(document.services) ?? {};
  const names = Object.keys(services);
  requireFew(names.length);
  const notes: string[] = [];
  const resources = names.flatMap((name): FoundResource[] => {
    const service = resolved(services, name);
    if (service === null) {
      notes.push("A service without any settings is left out.");
      return [];
    }
    return [composeService(name, service)];
  });
  const unread = resources.filter((resource) => resource.specification["ports not understood"] !== undefined).length;
  if (unread > 0) notes.push(`${unread} services have ports that depend on a variable or are written in a way that is not understood.`);
  if (document.include !== undefined) notes.push(`Files named by "include" are not read: import the output of "docker compose config" to have them all.`);
  if (names.some((name) => asText(asObject(asObject(services[name])?.extends)?.file) !== null)) {
    notes.push(`Services that extend another file are read without it: import the output of "docker compose config" to have it all.`);
  }
  const project = safeText(document.name, 100);
  return {
    format: "compose",
    source: project === null ? "compose" : slugify(project, "compose").slice(0, 40),
    lineage: null,
    resources,
    exist: false,
    partial: false,
    notes: [...new Set(notes)],
  };
}

/** A service with what it extends inside the same file; a circle ends where it closes. */
function resolved(services: Json, name: string): Json | null {
  const chain: Json[] = [];
  const seen = new Set<string>();
  for (let at: string | null = name; at !== null && !seen.has(at) && seen.size < 20; ) {
    seen.add(at);
    const service: Json | null = Object.hasOwn(services, at) ? asObject(services[at]) : null;
    if (service === null) break;
    chain.unshift(service);
    const base: unknown = service.extends;
    const elsewhere = asText(asObject(base)?.file) !== null;
    at = elsewhere ? null : (asText(base) ?? asText(asObject(base)?.service));
  }
  return chain.length === 0 ? null : Object.assign(Object.create(null), ...chain);
}

function composeService(name: string, service: Json): FoundResource {
  const image = imageText(service.image);
  const entries = asList(service.ports);
  const ports = entries.slice(0, MAX_LIST).map(parsePort);
  const understood = ports.filter((port): port is ComposePort => port !== null);
  const deploy = asObject(service.deploy) ?? {};
  const limits = asObject(asObject(deploy.resources)?.limits) ?? {};
  const reserved = asObject(asObject(deploy.resources)?.reservations) ?? {};
  const profiles = textsOf(service.profiles);
  const memory = bytesOf(limits.memory) ?? bytesOf(service.mem_limit);
  const specification: Specification = {};
  const add = (key: string, value: Specification[string] | null) => {
    if (value !== null && (!Array.isArray(value) || value.length > 0)) specification[key] = value;
  };
  add("image", image);
  add("build", service.build === undefined ? null : (safeText(service.build) ?? safeText(asObject(service.build)?.context) ?? true));
  add("port mapping", understood.map(portText));
  if (understood.length < ports.length) add("ports not understood", ports.length - understood.length);
  add("exposes", textsOf(service.expose));
  add("cpus", quantity(limits.cpus) ?? quantity(service.cpus));
  add("memory reserved (MB)", mebibytes(bytesOf(reserved.memory) ?? bytesOf(service.mem_reservation)));
  add("cpus reserved", quantity(reserved.cpus));
  add("mode", safeText(deploy.mode, 40));
  add("restart", safeText(service.restart, 40));
  add("profiles", profiles);
  add("volumes", volumesOf(service.volumes));
  add("networks", keysOf(service.networks));
  add("environment", namesOf(service.environment));
  add("secrets", referencesOf(service.secrets));
  add("configs", referencesOf(service.configs));
  add("platform", safeText(service.platform, 40));
  return {
    ...bareResource(`services.${safeName(name)}`),
    name: safeText(service.container_name, 120) ?? safeName(name),
    kind: kindOfImage(image, name),
    provider: "Docker",
    specification,
    count: whole(deploy.replicas) ?? whole(service.scale),
    ports: reachablePorts(understood),
    memoryMb: mebibytes(memory),
    optional: profiles.length > 0,
    dependsOn: keysOf(service.depends_on)
      .map((other) => `services.${other}`)
      .slice(0, 20),
  };
}

const safeName = (name: string) => safeText(name, 120) ?? "service";

/** An image as written, without a user and password in front of the registry and without defaults of secret variables. */
function imageText(image: unknown): string | null {
  if (typeof image !== "string") return null;
  const plain = image
    .slice(0, 400)
    .replace(/\$\{(\w{1,100}):?[-+?][^}]{0,200}\}/g, (whole, name: string) => (isSecretName(name) ? `\${${name}}` : whole))
    .replace(/^[^/@\s]{1,200}:[^/@\s]{1,200}@(?=[^/]{1,200}\/)/, "");
  return safeText(plain);
}

/** Scalars of a list, or a scalar alone, as texts that may be shown. */
function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return list.slice(0, MAX_LIST).flatMap((item) => safeText(typeof item === "number" ? String(item) : item, 120) ?? []);
}

/** Names of a list of names, or the keys of a map. */
function keysOf(value: unknown): string[] {
  const map = asObject(value);
  return map === null ? textsOf(value) : textsOf(Object.keys(map));
}

/** Secrets and configs by name: `- db` or `- {source: db}`. */
function referencesOf(value: unknown): string[] {
  return asList(value)
    .slice(0, MAX_LIST)
    .flatMap((item) => safeText(item, 120) ?? safeText(asObject(item)?.source, 120) ?? []);
}

/** Names of environment variables in order of the alphabet, from a map or from `NAME=value` entries; never a value. */
function namesOf(environment: unknown): string[] {
  const map = asObject(environment);
  const names = map === null ? asList(environment).map((entry) => (typeof entry === "string" ? (entry.split("=", 1)[0] ?? "") : "")) : Object.keys(map);
  const known = names.map((name) => name.trim()).filter((name) => /^[A-Za-z_][\w.-]{0,119}$/.test(name) && !isSecretText(name));
  return [...new Set(known)].sort().slice(0, MAX_LIST);
}

/** Named volumes; paths of the host are nobody's business here. */
function volumesOf(volumes: unknown): string[] {
  const names = asList(volumes)
    .slice(0, MAX_LIST)
    .flatMap((item) => {
      const long = asObject(item);
      const source =
        long === null ? (typeof item === "string" && item.includes(":") ? item.split(":", 1)[0] : null) : long.type === "volume" ? long.source : null;
      return typeof source === "string" && /^[A-Za-z0-9][\w.-]{0,119}$/.test(source) && !isSecretText(source) ? [source] : [];
    });
  return [...new Set(names)];
}

function whole(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** A number of processors, written as number or text. */
function quantity(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,5}(?:\.\d{1,6})?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null;
}

const UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  k: 1_024,
  kb: 1_024,
  ki: 1_024,
  m: 1_048_576,
  mb: 1_048_576,
  mi: 1_048_576,
  g: 1_073_741_824,
  gb: 1_073_741_824,
  gi: 1_073_741_824,
  t: 1_099_511_627_776,
  tb: 1_099_511_627_776,
};

/** Bytes of a Compose size such as `512m`, `1.5gb`, `300000`; null for anything else. Units are powers of 1,024. */
export function bytesOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : null;
  const match = typeof value === "string" ? /^(\d{1,15}(?:\.\d{1,6})?)\s?([a-z]{0,2})$/i.exec(oneLine(value, 40)) : null;
  const unit = match === null ? undefined : UNITS[(match[2] ?? "").toLowerCase()];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

const mebibytes = (bytes: number | null) => (bytes === null ? null : Math.round((bytes / 1_048_576) * 100) / 100);
