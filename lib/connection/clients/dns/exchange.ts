import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { type Egress, splitServer } from "@/lib/connection/types";
import { canonicalValue, type RecordType } from "@/lib/core/dns-name";
import { DnsError } from "./provider";
import { checkSignature, signMessage, type TsigKey, type TsigVerdict } from "./tsig";
import { CLASSES, decodeMessage, decodeValue, encodeMessage, encodeValue, type Message, RCODES, type Received, TYPES } from "./wire";

/*
 * One message to a DNS server and its answer, over TCP: never cut short, hard to forge, and every server has to speak it
 * (RFC 7766).
 */

const TIMEOUT_MS = 5_000;
const RECURSION_DESIRED = 0x0100;
const AUTHORITATIVE = 0x0400;

export interface DnsServer {
  host: string;
  port: number;
}

/** The server of a setting that was checked as `host` or `host:port`. @throws Error for anything else */
export function serverOf(text: string): DnsServer {
  const server = splitServer(text);
  if (server === null) throw new Error(`"${text.slice(0, 60)}" is no DNS server.`);
  return server;
}

async function send(egress: Egress, server: DnsServer, bytes: Buffer, signal?: AbortSignal): Promise<Buffer> {
  const address = await egress.resolve(server.host, signal);
  const where = `${server.host}:${server.port}`;
  return await new Promise((done, fail) => {
    const socket = connect({ host: address, port: server.port, ...(signal === undefined ? {} : { signal }) });
    const timer = setTimeout(() => socket.destroy(new Error(`The DNS server ${where} did not answer within ${TIMEOUT_MS / 1_000} s.`)), TIMEOUT_MS);
    let received = Buffer.alloc(0);
    socket.once("connect", () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      socket.write(Buffer.concat([length, bytes]));
    });
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      done(received.subarray(2, 2 + received.readUInt16BE(0)));
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "ECONNREFUSED" ? new Error(`The DNS server ${where} refuses connections on TCP.`) : error),
    );
    socket.once("close", () => {
      clearTimeout(timer);
      // After an answer this rejects nothing: the promise is settled.
      fail(new Error(`The DNS server ${where} closed the connection without an answer.`));
    });
  });
}

export interface Exchanged {
  bytes: Buffer;
  message: Received;
  rcode: string;
  /** Null without a key. */
  signature: TsigVerdict | null;
}

/** Sends a message, signed where a key is given, and reads the answer to it. @throws Error when there is none, EgressRefused */
export async function exchange(
  egress: Egress,
  server: DnsServer,
  wanted: Omit<Message, "id">,
  options: { key?: TsigKey; now: Date; signal?: AbortSignal | undefined },
): Promise<Exchanged> {
  const id = randomInt(65_536);
  const plain = encodeMessage({ ...wanted, id });
  const { signed, mac } = options.key === undefined ? { signed: plain, mac: Buffer.alloc(0) } : signMessage(plain, options.key, options.now);
  const bytes = await send(egress, server, signed, options.signal);
  const message = decodeMessage(bytes);
  if (message.id !== id || (message.flags & 0x8000) === 0) throw new Error("The DNS server answered something else.");
  const code = message.flags & 0x0f;
  const signature = options.key === undefined ? null : checkSignature(bytes, message, options.key, mac, options.now);
  return { bytes, message, rcode: RCODES[code] ?? `code ${code}`, signature };
}

/** What a server answers about one name and type. */
export interface DnsAnswer {
  rcode: string;
  authoritative: boolean;
  ttl: number;
  /** Canonical and sorted. */
  values: string[];
  /** The data of each value as the server has it: a text may be cut into other strings than the canonical ones. */
  exact: ReadonlyMap<string, Buffer>;
  /** Name of the zone below that the server points to instead of answering; null when it answers itself. */
  referral: string | null;
}

function question(name: string, type: number, recursion: boolean): Omit<Message, "id"> {
  return {
    flags: recursion ? RECURSION_DESIRED : 0,
    questions: [{ name, type, class: CLASSES.IN }],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

export interface AskOptions {
  /** Lets the server ask others: for resolvers, never for authoritative servers. */
  recursion?: boolean;
  key?: TsigKey;
  now: Date;
  signal?: AbortSignal | undefined;
}

/** Asks a server for the records of a name. @throws Error when it does not answer or its signature is not good */
export async function ask(egress: Egress, server: DnsServer, name: string, type: RecordType, options: AskOptions): Promise<DnsAnswer> {
  const { bytes, message, rcode, signature } = await exchange(egress, server, question(name, TYPES[type], options.recursion === true), options);
  if (signature !== null) trust(signature, options.now);
  const found = message.answers.filter((rr) => rr.type === TYPES[type] && rr.class === CLASSES.IN && rr.name === name);
  const values = found.map((rr): [string, Buffer] => {
    const value = canonicalValue(type, decodeValue(type, bytes, rr));
    return [value, type === "TXT" ? Buffer.from(rr.rdata) : encodeValue(type, value)];
  });
  const cut = message.authorities.find((rr) => rr.type === TYPES.NS);
  const authoritative = (message.flags & AUTHORITATIVE) !== 0;
  return {
    rcode,
    authoritative,
    ttl: Math.min(...found.map((rr) => rr.ttl), found.length === 0 ? 0 : Number.POSITIVE_INFINITY),
    values: values.map(([value]) => value).sort(),
    exact: new Map(values),
    referral: rcode === "NOERROR" && !authoritative && found.length === 0 && cut !== undefined ? cut.name : null,
  };
}

/** Names of the authoritative servers of a zone as a server has them. */
export async function askNameservers(egress: Egress, server: DnsServer, zone: string, options: AskOptions): Promise<string[]> {
  const { bytes, message, rcode, signature } = await exchange(egress, server, question(zone, TYPES.NS, false), options);
  if (signature !== null) trust(signature, options.now);
  if (rcode !== "NOERROR") throw new Error(`The DNS server answers ${rcode} for the zone ${zone}.`);
  return message.answers
    .filter((rr) => rr.type === TYPES.NS && rr.name === zone)
    .map((rr) => decodeNsName(bytes, rr.dataStart))
    .sort();
}

function decodeNsName(bytes: Buffer, at: number): string {
  return decodeValue("CNAME", bytes, { name: "", type: TYPES.NS, class: CLASSES.IN, ttl: 0, rdata: Buffer.alloc(0), start: at, dataStart: at }).replace(
    /\.$/,
    "",
  );
}

/** The cause of a refused or missing signature, in words that say what to do. */
function signatureProblem(verdict: TsigVerdict, now: Date): string | null {
  if (verdict.type === "signed") return null;
  if (verdict.type === "untrusted") return verdict.reason;
  if (verdict.code === "BADTIME") {
    const seconds = verdict.serverTime === null ? null : Math.round((now.getTime() - verdict.serverTime.getTime()) / 1_000);
    const by = seconds === null ? "" : `: this worker's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the server's`;
    return `The DNS server refuses the signature for its time (BADTIME)${by}.`;
  }
  if (verdict.code === "BADKEY") return "The DNS server does not know the key (BADKEY): check its name and algorithm.";
  if (verdict.code === "BADSIG") return "The DNS server refuses the signature (BADSIG): check the secret of the key.";
  return `The DNS server refuses the signature (${verdict.code}).`;
}

/** @throws DnsError for an answer that the server refused to sign, or that is not signed as it should be */
export function trust(verdict: TsigVerdict, now: Date): void {
  const reason = signatureProblem(verdict, now);
  if (reason !== null) throw new DnsError(verdict.type === "refused" ? "refused" : "unclear", reason);
}
