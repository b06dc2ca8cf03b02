import { describe, expect, it } from "vitest";
import { checkSignature, signMessage, type TsigKey } from "./tsig";
import { CLASSES, decodeMessage, encodeMessage, TYPES } from "./wire";

const NOW = new Date("2026-03-01T10:00:00Z");
const key: TsigKey = { name: "switchyard", algorithm: "hmac-sha256", secret: Buffer.from("only for this test") };
const question = (id: number) =>
  encodeMessage({ id, flags: 0, questions: [{ name: "www.example.test", type: TYPES.A, class: CLASSES.IN }], answers: [], authorities: [], additionals: [] });

/** An answer as a server signs it: over the signature of the question too, which only a real server or this test can. */
function answered(requestMac: Buffer, with_: TsigKey = key, at = NOW) {
  const plain = question(7);
  // The signature of an answer covers the length and bytes of the question's before the message.
  const length = Buffer.alloc(2);
  length.writeUInt16BE(requestMac.length);
  const prefixed = Buffer.concat([length, requestMac, plain]);
  const { signed } = signMessage(prefixed, with_, at);
  const rr = signed.subarray(prefixed.length);
  const bytes = Buffer.concat([plain, rr]);
  bytes.writeUInt16BE(1, 10);
  // The original id in the signature's data is that of the message.
  const original = bytes.length - 6;
  plain.copy(bytes, original, 0, 2);
  return bytes;
}

describe("signatures of DNS messages (RFC 8945)", () => {
  const { mac } = signMessage(question(7), key, NOW);
  const verdict = (bytes: Buffer, now = NOW) => checkSignature(bytes, decodeMessage(bytes), key, mac, now);

  it("takes an answer that is signed with the key over the question's signature", () => {
    expect(verdict(answered(mac))).toEqual({ type: "signed" });
  });

  it("refuses a wrong signature: another secret, another question, a changed byte, none, an old one", () => {
    expect(verdict(answered(mac, { ...key, secret: Buffer.from("another") }))).toMatchObject({
      type: "untrusted",
      reason: expect.stringContaining("is wrong"),
    });
    expect(verdict(answered(signMessage(question(8), key, NOW).mac))).toMatchObject({ type: "untrusted" });
    const changed = answered(mac);
    changed.write("xxx", 13, "latin1");
    expect(verdict(changed)).toMatchObject({ type: "untrusted" });
    expect(verdict(question(7))).toMatchObject({ type: "untrusted", reason: expect.stringContaining("not signed") });
    expect(verdict(answered(mac, { ...key, name: "other" }))).toMatchObject({ type: "untrusted", reason: expect.stringContaining("another key") });
    expect(verdict(answered(mac), new Date(NOW.getTime() + 301_000))).toMatchObject({ type: "untrusted", reason: expect.stringContaining("too long ago") });
    expect(verdict(answered(mac), new Date(NOW.getTime() + 299_000))).toEqual({ type: "signed" });
  });
});
