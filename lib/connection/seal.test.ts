import { describe, expect, it } from "vitest";
import { newPrivateKey, open, openingKey, type Place, SealError, type SealedValue, seal } from "./seal";

const key = openingKey(newPrivateKey());
const place: Place = { table: "connection", row: "row-1", field: "password", version: 1 };

/** Every bit of every byte of a base64 text flipped, one at a time. */
function* flips(text: string): Generator<string> {
  const bytes = Buffer.from(text, "base64");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield changed.toString("base64");
  }
}

describe("sealed secrets (S-10, R-SEC-16)", () => {
  it("open only with the private key and at their place", () => {
    for (const text of ["p", "p@ss:w/rd?#% ü", "x".repeat(4_000)]) expect(open(key, place, seal(key.publicKey, place, text))).toBe(text);
    const sealed = seal(key.publicKey, place, "canary-secret");
    expect(JSON.stringify(sealed)).not.toContain("canary");
    expect(() => open(openingKey(newPrivateKey()), place, sealed)).toThrow(/another worker key/);
    for (const other of [{ row: "row-2" }, { field: "token" }, { version: 2 }, { table: "webhook" }]) {
      expect(() => open(key, { ...place, ...other }, sealed)).toThrow(SealError);
    }
  });

  it("refuse every flipped bit, truncation and damaged shapes", () => {
    const sealed = seal(key.publicKey, place, "canary-secret");
    for (const field of ["nonce", "text", "tag"] as const) {
      for (const changed of flips(sealed[field])) expect(() => open(key, place, { ...sealed, [field]: changed })).toThrow(SealError);
    }
    for (const changed of flips(sealed.from)) {
      // X25519 ignores the highest bit of a public key (RFC 7748); the key derivation covers the bytes as they are.
      expect(() => open(key, place, { ...sealed, from: changed })).toThrow(SealError);
    }
    const damaged: unknown[] = [null, "", {}, { ...sealed, v: 2 }, { ...sealed, tag: sealed.tag.slice(0, 8) }, { ...sealed, text: "" }, { ...sealed, more: 1 }];
    for (const value of damaged) expect(() => open(key, place, value)).toThrow(SealError);
  });

  it("never repeat a nonce or an ephemeral key, and refuse an empty secret", () => {
    const many: SealedValue[] = Array.from({ length: 2_000 }, () => seal(key.publicKey, place, "same"));
    expect(new Set(many.map((one) => one.nonce)).size).toBe(many.length);
    expect(new Set(many.map((one) => one.from)).size).toBe(many.length);
    expect(() => seal(key.publicKey, place, "")).toThrow(SealError);
  });
});
