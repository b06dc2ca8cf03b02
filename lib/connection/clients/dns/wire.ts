import { quoteText, type RecordType, unquoteText } from "@/lib/core/dns-name";

/* DNS messages as bytes (RFC 1035), as far as queries, updates (RFC 2136) and signatures (RFC 8945) need them. */

export const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, SRV: 33, CAA: 257, TSIG: 250, ANY: 255 } as const;
export const CLASSES = { IN: 1, NONE: 254, ANY: 255 } as const;

/** Answer codes by number; TSIG errors share the numbers above 15. */
export const RCODES: Record<number, string> = {
  0: "NOERROR",
  1: "FORMERR",
  2: "SERVFAIL",
  3: "NXDOMAIN",
  4: "NOTIMP",
  5: "REFUSED",
  6: "YXDOMAIN",
  7: "YXRRSET",
  8: "NXRRSET",
  9: "NOTAUTH",
  10: "NOTZONE",
  16: "BADSIG",
  17: "BADKEY",
  18: "BADTIME",
};

export interface Rr {
  name: string;
  type: number;
  class: number;
  ttl: number;
  rdata: Buffer;
}

export interface Message {
  id: number;
  flags: number;
  questions: { name: string; type: number; class: number }[];
  answers: Rr[];
  authorities: Rr[];
  additionals: Rr[];
}

/** A record of a received message, with where it and its data begin: names in the data may point back into the message. */
export interface ReceivedRr extends Rr {
  start: number;
  dataStart: number;
}

export interface Received extends Message {
  answers: ReceivedRr[];
  authorities: ReceivedRr[];
  additionals: ReceivedRr[];
}

/** A name as uncompressed labels; the empty name is the root. */
export function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, "").split(".").filter(Boolean);
  return Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "latin1")])), Buffer.from([0])]);
}

function uint16(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value, index * 2);
  return buffer;
}

export function encodeRr(rr: Rr): Buffer {
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(rr.ttl);
  return Buffer.concat([encodeName(rr.name), uint16(rr.type, rr.class), ttl, uint16(rr.rdata.length), rr.rdata]);
}

export function encodeMessage(message: Message): Buffer {
  const { id, flags, questions, answers, authorities, additionals } = message;
  return Buffer.concat([
    uint16(id, flags, questions.length, answers.length, authorities.length, additionals.length),
    ...questions.map((one) => Buffer.concat([encodeName(one.name), uint16(one.type, one.class)])),
    ...[...answers, ...authorities, ...additionals].map(encodeRr),
  ]);
}

/** Reads a name that may be compressed. Pointers only lead backwards, so that no message can turn in circles. */
export function decodeName(buffer: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end: number | null = null;
  let lowest = start;
  for (;;) {
    const length = buffer.readUInt8(at);
    if (length === 0) break;
    if ((length & 0xc0) === 0xc0) {
      const to = buffer.readUInt16BE(at) & 0x3fff;
      if (to >= lowest) throw new Error("The answer has a name that leads forwards.");
      end ??= at + 2;
      lowest = to;
      at = to;
      continue;
    }
    if ((length & 0xc0) !== 0 || at + 1 + length > buffer.length) throw new Error("The answer has a name that is cut off.");
    // Bytes that have a meaning in the text form are escaped, so that no label reads as two.
    labels.push(
      Array.from(buffer.subarray(at + 1, at + 1 + length), (byte) => {
        const character = String.fromCharCode(byte).toLowerCase();
        return /[a-z0-9_*/-]/.test(character) ? character : `\\${String(byte).padStart(3, "0")}`;
      }).join(""),
    );
    at += 1 + length;
  }
  return { name: labels.join("."), end: end ?? at + 1 };
}

/** Reads a message. @throws Error (also RangeError) when it is cut off or malformed */
export function decodeMessage(buffer: Buffer): Received {
  const count = (index: number) => buffer.readUInt16BE(index * 2);
  let at = 12;
  const questions = Array.from({ length: count(2) }, () => {
    const { name, end } = decodeName(buffer, at);
    at = end + 4;
    return { name, type: buffer.readUInt16BE(end), class: buffer.readUInt16BE(end + 2) };
  });
  const records = (n: number) =>
    Array.from({ length: n }, (): ReceivedRr => {
      const start = at;
      const { name, end } = decodeName(buffer, at);
      const length = buffer.readUInt16BE(end + 8);
      if (end + 10 + length > buffer.length) throw new Error("The answer is cut off.");
      at = end + 10 + length;
      const fixed = { type: buffer.readUInt16BE(end), class: buffer.readUInt16BE(end + 2), ttl: buffer.readUInt32BE(end + 4) };
      return { name, ...fixed, rdata: buffer.subarray(end + 10, at), start, dataStart: end + 10 };
    });
  return { id: count(0), flags: count(1), questions, answers: records(count(3)), authorities: records(count(4)), additionals: records(count(5)) };
}

/** Bytes of a canonical value. */
export function encodeValue(type: RecordType, value: string): Buffer {
  const words = value.split(" ");
  const word = (index: number) => words[index] ?? "";
  switch (type) {
    case "A":
      return Buffer.from(value.split(".").map(Number));
    case "AAAA":
      return encodeAddress6(value);
    case "CNAME":
      return encodeName(value);
    case "MX":
      return Buffer.concat([uint16(Number(word(0))), encodeName(word(1))]);
    case "SRV":
      return Buffer.concat([uint16(Number(word(0)), Number(word(1)), Number(word(2))), encodeName(word(3))]);
    case "CAA":
      return Buffer.concat([
        Buffer.from([Number(word(0)), word(1).length]),
        Buffer.from(word(1), "latin1"),
        Buffer.from(unquoteText(value.slice(word(0).length + word(1).length + 2))),
      ]);
    case "TXT": {
      const bytes = Buffer.from(unquoteText(value));
      const strings: Buffer[] = [];
      for (let from = 0; from === 0 || from < bytes.length; from += 255) {
        const part = bytes.subarray(from, from + 255);
        strings.push(Buffer.from([part.length]), part);
      }
      return Buffer.concat(strings);
    }
  }
}

function encodeAddress6(value: string): Buffer {
  const [head = "", tail] = value.split("::");
  const groups = (text: string | undefined) => (text === undefined || text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const left = groups(head);
  const right = groups(tail);
  return uint16(...left, ...(tail === undefined ? [] : Array<number>(8 - left.length - right.length).fill(0)), ...right);
}

/** The value of a received record in the form of zone files; `canonicalValue` makes it comparable. */
export function decodeValue(type: RecordType, message: Buffer, rr: ReceivedRr): string {
  const { rdata, dataStart } = rr;
  const nameAt = (offset: number) => `${decodeName(message, dataStart + offset).name}.`;
  switch (type) {
    case "A":
      return [...rdata].join(".");
    case "AAAA":
      return Array.from({ length: 8 }, (_none, index) => rdata.readUInt16BE(index * 2).toString(16)).join(":");
    case "CNAME":
      return nameAt(0);
    case "MX":
      return `${rdata.readUInt16BE(0)} ${nameAt(2)}`;
    case "SRV":
      return `${rdata.readUInt16BE(0)} ${rdata.readUInt16BE(2)} ${rdata.readUInt16BE(4)} ${nameAt(6)}`;
    case "CAA": {
      const length = rdata.readUInt8(1);
      return `${rdata.readUInt8(0)} ${rdata.subarray(2, 2 + length).toString("latin1")} ${quoteText(rdata.subarray(2 + length))}`;
    }
    case "TXT": {
      const strings: Buffer[] = [];
      for (let at = 0; at < rdata.length; at += 1 + rdata.readUInt8(at)) strings.push(rdata.subarray(at + 1, at + 1 + rdata.readUInt8(at)));
      return quoteText(Buffer.concat(strings));
    }
  }
}
