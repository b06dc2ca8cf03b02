import { type Connection, connectionConfig, type Egress } from "@/lib/connection/types";
import { RECORD_TYPES, type RecordType } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import { ask, askNameservers, exchange, trust } from "./exchange";
import { DnsError, type DnsProvider, expectBefore, type RecordChange, type RecordSet } from "./provider";
import type { TsigKey } from "./tsig";
import { CLASSES, encodeValue, type Rr, TYPES } from "./wire";

/*
 * Dynamic updates (RFC 2136), signed (RFC 8945). The expected records go along as prerequisites with their values (section
 * 2.4.2): the server itself compares and sets in one act. TTLs cannot be a prerequisite; they are compared before.
 */

const OPCODE_UPDATE = 5 << 11;
/** Answer codes that say that a prerequisite does not hold (section 2.4). */
const NOT_AS_EXPECTED = new Set(["NXRRSET", "YXRRSET", "NXDOMAIN", "YXDOMAIN"]);

function keyOf(connection: Connection): TsigKey {
  const { keyName, algorithm } = connectionConfig.rfc2136.parse(connection.config);
  return { name: keyName, algorithm, secret: Buffer.from(connection.secret.key ?? "", "base64") };
}

/** Nothing of the kind may be there (2.4.3), or exactly these values (2.4.2). */
function prerequisites(change: RecordChange, exact: ReadonlyMap<string, Buffer>): Rr[] {
  const base = { name: change.name, type: TYPES[change.type], ttl: 0 };
  if (change.before === null) return [{ ...base, class: CLASSES.NONE, rdata: Buffer.alloc(0) }];
  return change.before.values.map((value) => ({ ...base, class: CLASSES.IN, rdata: exact.get(value) ?? encodeValue(change.type, value) }));
}

/** Delete the set (2.5.2), then add the new values (2.5.1). */
function updates(change: RecordChange): Rr[] {
  const base = { name: change.name, type: TYPES[change.type] };
  const { after } = change;
  const added = (after?.values ?? []).map((value) => ({ ...base, class: CLASSES.IN, ttl: after?.ttl ?? 0, rdata: encodeValue(change.type, value) }));
  return [{ ...base, class: CLASSES.ANY, ttl: 0, rdata: Buffer.alloc(0) }, ...added];
}

/** Records through signed dynamic updates to the primary server of the zone. */
export function rfc2136Provider(connection: Connection, egress: Egress, now: () => Date, signal?: AbortSignal): DnsProvider {
  const config = connectionConfig.rfc2136.parse(connection.config);
  const server = { host: config.host, port: config.port };
  const key = keyOf(connection);

  /** Failures of the network are unclear: an update may have been carried out all the same. */
  async function clear<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DnsError) throw error;
      throw new DnsError(error instanceof Error && error.name === "EgressRefused" ? "refused" : "unclear", messageOf(error));
    }
  }

  async function readOne(name: string, type: RecordType): Promise<{ set: RecordSet | null; exact: ReadonlyMap<string, Buffer> }> {
    const answer = await ask(egress, server, name, type, { key, now: now(), signal });
    if (answer.referral !== null) throw new DnsError("refused", `${name} belongs to the zone ${answer.referral}, which other servers serve.`);
    if (answer.rcode === "REFUSED" || answer.rcode === "NOTAUTH") throw new DnsError("refused", `The DNS server answers ${answer.rcode} for ${name}.`);
    if (answer.rcode !== "NOERROR" && answer.rcode !== "NXDOMAIN") throw new DnsError("unclear", `The DNS server answers ${answer.rcode} for ${name}.`);
    if (!answer.authoritative) throw new DnsError("refused", `The DNS server is not authoritative for ${name}.`);
    return { set: answer.values.length === 0 ? null : { name, type, ttl: answer.ttl, values: answer.values }, exact: answer.exact };
  }

  return {
    compareAndSwap: true,
    minTtl: 0,
    types: RECORD_TYPES,
    guard: "The server compares the values and sets the new ones in one act (RFC 2136, prerequisites with values).",
    zoneFacts: (zone) =>
      clear(async () => ({ nameservers: config.nameservers ?? (await askNameservers(egress, server, zone, { key, now: now(), signal })), problems: [] })),
    read: (_zone, name, types) =>
      clear(async () => {
        const sets: RecordSet[] = [];
        for (const type of types) {
          const { set } = await readOne(name, type);
          if (set !== null) sets.push(set);
        }
        return sets;
      }),
    change: (zone, changes) =>
      clear(async () => {
        const present = new Map<RecordChange, Awaited<ReturnType<typeof readOne>>>();
        for (const change of changes) present.set(change, await readOne(change.name, change.type));
        expectBefore(changes, (change) => present.get(change)?.set ?? null);
        const message = {
          flags: OPCODE_UPDATE,
          questions: [{ name: zone, type: TYPES.SOA, class: CLASSES.IN }],
          answers: changes.flatMap((change) => prerequisites(change, present.get(change)?.exact ?? new Map())),
          // Removals first: a CNAME and other records of a name cannot be there together.
          authorities: [...changes].sort((a, b) => Number(a.after !== null) - Number(b.after !== null)).flatMap(updates),
          additionals: [],
        };
        const { rcode, signature } = await exchange(egress, server, message, { key, now: now(), signal });
        if (signature !== null) trust(signature, now());
        if (NOT_AS_EXPECTED.has(rcode)) throw new DnsError("conflict", `Somebody else changed the records: the server found them not as expected (${rcode}).`);
        if (rcode === "SERVFAIL") throw new DnsError("unclear", "The DNS server failed to carry out the update (SERVFAIL).");
        if (rcode !== "NOERROR") throw new DnsError("refused", `The DNS server refuses the update (${rcode})${REASONS[rcode] ?? ""}.`);
      }),
  };
}

const REASONS: Record<string, string> = {
  NOTAUTH: ": it is not authoritative for the zone",
  NOTZONE: ": a name is outside of the zone",
  REFUSED: ": the key may not change these records, or a check of the server, such as for an MX without address, is against them",
  NOTIMP: ": it does not take updates",
};
