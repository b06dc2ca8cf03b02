import { isIP } from "node:net";

/** Where an address leads, as far as it decides whether it may be reached. */
export type AddressClass = "ordinary" | "loopback" | "forbidden";

function ipv4Number(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function inBlock(address: number, base: string, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(ipv4Number(base) / size);
}

/** This network, link-local with the clouds' metadata service, metadata of single clouds, multicast, reserved and broadcast. */
const FORBIDDEN_V4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["100.100.100.200", 32],
  ["192.0.0.192", 32],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

function classifyV4(text: string): AddressClass {
  const address = ipv4Number(text);
  if (inBlock(address, "127.0.0.0", 8)) return "loopback";
  return FORBIDDEN_V4.some(([base, bits]) => inBlock(address, base, bits)) ? "forbidden" : "ordinary";
}

/** The eight 16-bit groups of an IPv6 address; a dotted tail is accepted. */
export function ipv6Groups(text: string): number[] {
  const plain = text
    .replace(/%.*$/, "")
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a: string, b: string, c: string, d: string) =>
      [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(":"),
    );
  const [head = "", tail] = plain.split("::");
  const parse = (part: string | undefined) => (part === undefined || part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const left = parse(head);
  const right = parse(tail);
  return tail === undefined ? left : [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
}

function embeddedV4(groups: number[]): string | null {
  const at = (index: number) => groups[index] ?? 0;
  const pair = (index: number) => [at(index) >> 8, at(index) & 255, at(index + 1) >> 8, at(index + 1) & 255].join(".");
  const zeros = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  if (zeros(0, 5) && (at(5) === 0xffff || at(5) === 0)) return pair(6);
  if (zeros(0, 4) && at(4) === 0xffff && at(5) === 0) return pair(6);
  if (at(0) === 0x64 && at(1) === 0xff9b) return pair(6);
  if (at(0) === 0x2002) return pair(1);
  return null;
}

function classifyV6(text: string): AddressClass {
  const groups = ipv6Groups(text);
  const first = groups[0] ?? 0;
  if (groups.slice(0, 7).every((group) => group === 0)) {
    if (groups[7] === 1) return "loopback";
    if (groups[7] === 0) return "forbidden";
  }
  const inner = embeddedV4(groups);
  if (inner !== null) return classifyV4(inner);
  // Link-local, site-local, multicast, and the metadata address of one cloud in unique-local space.
  if ((first & 0xffc0) === 0xfe80 || (first & 0xffc0) === 0xfec0 || (first & 0xff00) === 0xff00) return "forbidden";
  if (first === 0xfd00 && groups[1] === 0x0ec2) return "forbidden";
  return "ordinary";
}

/** Class of an IP address in any written form Node accepts; anything else is forbidden. */
export function classifyAddress(text: string): AddressClass {
  const family = isIP(text);
  return family === 4 ? classifyV4(text) : family === 6 ? classifyV6(text) : "forbidden";
}

const METADATA_NAMES = new Set(["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"]);

/** Why a host name is refused before it is looked up, or null. Names under `localhost` are this machine (RFC 6761), whatever a resolver says. */
export function refusedName(host: string, policy: { allowLoopback: boolean }): string | null {
  const plain = host.toLowerCase().replace(/\.$/, "");
  if (METADATA_NAMES.has(plain)) return "Addresses of cloud metadata services are never reached.";
  return plain === "localhost" || plain.endsWith(".localhost") ? refusedAddress("127.0.0.1", policy) : null;
}

/** Why an address is refused under the policy, or null. */
export function refusedAddress(address: string, policy: { allowLoopback: boolean }): string | null {
  switch (classifyAddress(address)) {
    case "ordinary":
      return null;
    case "loopback":
      return policy.allowLoopback ? null : "Addresses of this machine itself may be reached only where the workspace allows it.";
    case "forbidden":
      return "Link-local, metadata, multicast, reserved and unspecified addresses are never reached.";
  }
}

/** Why an address of a check or webhook is refused before it is looked up, or null (B-4). */
export function refusedUrl(text: string): string | null {
  for (const character of text) if (character <= " " || character === "\u007f") return "The address contains spaces or control characters.";
  if (!URL.canParse(text)) return "This is not a valid address.";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "Only http and https addresses are reached.";
  if (url.username !== "" || url.password !== "") return "Leave user and password out of the address.";
  return null;
}
