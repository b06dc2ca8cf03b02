import { asObject } from "./json-text";

/** Ports from–to, both included. */
export type PortRange = readonly [first: number, last: number];

export interface ComposePort {
  /** Address of the host it is bound to; null = all. */
  hostIp: string | null;
  /** Ports of the host; null when the engine chooses one. */
  published: PortRange | null;
  /** Ports of the container. */
  target: PortRange;
  protocol: "tcp" | "udp" | "sctp";
}

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;
const VARIABLE = /\$\{\w{1,100}(?::?-(\d{1,5}(?:-\d{1,5})?))?\}|\$\w{1,100}/g;

/**
 * One entry of `ports`, in the short form (`[[host:]published:]target[/protocol]`, each a port or a range) or the long
 * one. Variables with a default stand for it. Null for what is no port, or depends on a variable alone. Pure.
 */
export function parsePort(entry: unknown): ComposePort | null {
  if (typeof entry === "number") return build(null, null, range(String(entry)), "tcp");
  if (typeof entry === "string") return entry.length > 300 ? null : parseShort(entry);
  const long = asObject(entry);
  if (long === null) return null;
  const published = long.published === undefined || long.published === "" || long.published === null ? null : range(textOf(long.published));
  if (published === null && long.published !== undefined && long.published !== "" && long.published !== null) return null;
  const hostIp = typeof long.host_ip === "string" ? long.host_ip : null;
  return build(hostIp, published, range(textOf(long.target)), typeof long.protocol === "string" ? long.protocol : "tcp");
}

/** `127.0.0.1:8080→80/tcp`, `8080→80`, `80`. */
export function portText({ hostIp, published, target, protocol }: ComposePort): string {
  const text = ([first, last]: PortRange) => (first === last ? String(first) : `${first}-${last}`);
  const host = hostIp === null ? "" : `${hostIp}:`;
  return `${host}${published === null ? "" : `${text(published)}→`}${text(target)}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

/** Ports that can be reached: those of the host, or of the container where the engine chooses; at most `max`. */
export function reachablePorts(ports: readonly ComposePort[], max = 100): number[] {
  const found = new Set<number>();
  for (const { published, target } of ports) {
    const [first, last] = published ?? target;
    for (let port = first; port <= last && found.size < max; port++) found.add(port);
  }
  return [...found].sort((a, b) => a - b);
}

function parseShort(entry: string): ComposePort | null {
  const text = entry.trim().replace(VARIABLE, (_match, fallback: string | undefined) => fallback ?? "$");
  if (text.includes("$")) return null;
  const [ports = "", protocol = "tcp", ...rest] = text.split("/");
  if (rest.length > 0) return null;
  const parts = ports.split(":");
  const target = range(parts.pop() ?? "");
  if (parts.length === 0) return build(null, null, target, protocol);
  const published = parts.pop() ?? "";
  // What is left is an address; one of IPv6 has colons of its own and may stand in brackets.
  const host = parts.join(":").replace(/^\[(.*)\]$/, "$1");
  if (published === "" && host === "") return null;
  const shown = published === "" ? null : range(published);
  return published !== "" && shown === null ? null : build(host === "" ? null : host, shown, target, protocol);
}

function build(hostIp: string | null, published: PortRange | null, target: PortRange | null, protocol: string): ComposePort | null {
  const known = PROTOCOLS.find((one) => one === protocol.toLowerCase());
  if (target === null || known === undefined) return null;
  if (hostIp !== null && !/^[\w.:-]{1,100}$/.test(hostIp)) return null;
  const width = ([first, last]: PortRange) => last - first;
  // A range of the host may be wider: the engine takes a free port of it. Otherwise both are equally long.
  if (published !== null && width(target) > 0 && width(published) !== width(target)) return null;
  return { hostIp, published, target, protocol: known };
}

const textOf = (value: unknown) => (typeof value === "number" || typeof value === "string" ? String(value) : "");

function range(text: string): PortRange | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim());
  if (match === null) return null;
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  return first >= 1 && first <= last && last <= 65_535 ? [first, last] : null;
}
