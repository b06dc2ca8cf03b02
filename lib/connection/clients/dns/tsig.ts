import { createHmac, timingSafeEqual } from "node:crypto";
import { CLASSES, decodeName, encodeName, encodeRr, RCODES, type Received, TYPES } from "./wire";

/*
 * Signatures of DNS messages with a shared key: RFC 8945. Only what one question and its one answer over TCP need.
 */

export interface TsigKey {
  name: string;
  algorithm: "hmac-sha256" | "hmac-sha384" | "hmac-sha512";
  secret: Buffer;
}

/** Seconds that the clocks of both sides may differ (RFC 8945, section 10). */
const FUDGE_S = 300;

interface Variables {
  time: number;
  fudge: number;
  error: number;
  other: Buffer;
}

function digest(key: TsigKey, parts: Buffer[]): Buffer {
  const hmac = createHmac(key.algorithm.slice("hmac-".length), key.secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

function timed(v: Variables): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUIntBE(v.time, 0, 6);
  buffer.writeUInt16BE(v.fudge, 6);
  return buffer;
}

/** What is signed besides the message (section 4.3.3): key, class ANY, TTL 0, algorithm, time, fudge, error, other data. */
function variables(key: TsigKey, v: Variables): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16BE(CLASSES.ANY, 0);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(v.error, 0);
  tail.writeUInt16BE(v.other.length, 2);
  return Buffer.concat([encodeName(key.name), fixed, encodeName(key.algorithm), timed(v), tail, v.other]);
}

function prefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The message with its signature appended, and the signature, which the answer is checked against. */
export function signMessage(message: Buffer, key: TsigKey, now: Date): { signed: Buffer; mac: Buffer } {
  const v = { time: Math.floor(now.getTime() / 1_000), fudge: FUDGE_S, error: 0, other: Buffer.alloc(0) };
  const mac = digest(key, [message, variables(key, v)]);
  const rdata = Buffer.concat([encodeName(key.algorithm), timed(v), prefixed(mac), message.subarray(0, 2), Buffer.alloc(4)]);
  const signed = Buffer.concat([message, encodeRr({ name: key.name, type: TYPES.TSIG, class: CLASSES.ANY, ttl: 0, rdata })]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { signed, mac };
}

/** `signed`: by the same key, in time. Otherwise why not; `code` where the server said so itself (BADTIME …). */
export type TsigVerdict = { type: "signed" } | { type: "refused"; code: string; serverTime: Date | null } | { type: "untrusted"; reason: string };

/** Checks the signature of an answer (section 5.3). */
export function checkSignature(bytes: Buffer, message: Received, key: TsigKey, requestMac: Buffer, now: Date): TsigVerdict {
  const rr = message.additionals.at(-1);
  if (rr === undefined || rr.type !== TYPES.TSIG) return { type: "untrusted", reason: "The answer is not signed." };
  const algorithm = decodeName(bytes, rr.dataStart);
  let at = algorithm.end;
  const time = bytes.readUIntBE(at, 6);
  const fudge = bytes.readUInt16BE(at + 6);
  const size = bytes.readUInt16BE(at + 8);
  const mac = bytes.subarray(at + 10, at + 10 + size);
  at += 10 + size;
  const originalId = bytes.readUInt16BE(at);
  const error = bytes.readUInt16BE(at + 2);
  const other = bytes.subarray(at + 6, at + 6 + bytes.readUInt16BE(at + 4));
  const code = RCODES[error] ?? `error ${error}`;
  // A server that does not know the key or refuses its signature has nothing to sign with.
  if (size === 0 && error !== 0) return { type: "refused", code, serverTime: null };
  if (rr.name !== key.name || algorithm.name !== key.algorithm) return { type: "untrusted", reason: "The answer is signed with another key." };
  const plain = Buffer.from(bytes.subarray(0, rr.start));
  plain.writeUInt16BE(originalId, 0);
  plain.writeUInt16BE(message.additionals.length - 1, 10);
  const expected = digest(key, [prefixed(requestMac), plain, variables(key, { time, fudge, error, other })]);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return { type: "untrusted", reason: "The signature of the answer is wrong." };
  if (error !== 0) return { type: "refused", code, serverTime: other.length === 6 ? new Date(other.readUIntBE(0, 6) * 1_000) : null };
  if (Math.abs(now.getTime() / 1_000 - time) > fudge) return { type: "untrusted", reason: "The answer was signed too long ago or in the future." };
  return { type: "signed" };
}
