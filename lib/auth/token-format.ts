import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Scope } from "@/lib/auth/permissions";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_LENGTH = 32;
const CRC_LENGTH = 6;

/** Which kind of token this is, readable in its text: `ingest` can only write data, `read` only read, `ops` may act. */
export type TokenKind = "ingest" | "read" | "ops";

export function kindOf(scopes: readonly Scope[]): TokenKind {
  if (scopes.some((scope) => scope === "operate" || scope === "admin")) return "ops";
  return scopes.includes("read") ? "read" : "ingest";
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let place = 0; place < CRC_LENGTH; place += 1) {
    digits = ALPHABET[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/**
 * `sw_<kind>_<32 characters, about 190 bits><checksum>` (R-SEC-21). The prefix lets secret scanners find leaked
 * tokens; the checksum lets them, and us, drop typing errors without a query.
 * @param bytes random; bytes of 248 and above are skipped so that every character is equally likely. Give at least 64.
 */
export function formatToken(kind: TokenKind, bytes: Uint8Array): string {
  const characters = [...bytes].filter((byte) => byte < 248).map((byte) => ALPHABET[byte % 62]);
  if (characters.length < SECRET_LENGTH) throw new RangeError("Not enough random bytes for a token.");
  const body = `sw_${kind}_${characters.slice(0, SECRET_LENGTH).join("")}`;
  return body + checksum(body);
}

/** Whether the text has the form and checksum of a token. Says nothing about whether it is valid. */
export function looksLikeToken(text: string): boolean {
  if (!/^sw_(?:ingest|read|ops)_[0-9A-Za-z]{38}$/.test(text)) return false;
  return checksum(text.slice(0, -CRC_LENGTH)) === text.slice(-CRC_LENGTH);
}

/** The stored form. A plain hash is enough: nobody can guess 190 bits. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}
