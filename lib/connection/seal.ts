import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { z } from "zod";

/*
 * Secrets are sealed to the worker's public key: whoever writes them cannot read them back (R-SEC-15, 16, 20).
 * A fresh X25519 key for every value, HKDF-SHA-256, AES-256-GCM. The place of the value is authenticated with it, so
 * a value moved to another row, field or version does not open.
 */

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
export const sealedValue = z.strictObject({ v: z.literal(1), key: z.string().regex(/^[0-9a-f]{16}$/), from: base64, nonce: base64, text: base64, tag: base64 });
export type SealedValue = z.infer<typeof sealedValue>;

/** Where a sealed value lives. */
export interface Place {
  table: string;
  row: string;
  field: string;
  version: number;
}

/** A sealed value that cannot be opened: another key, another place, or changed. Never plain text, never empty. */
export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SealError";
  }
}

function context(place: Place): Buffer {
  return Buffer.from([place.table, place.row, place.field, String(place.version)].join("|"), "utf8");
}

function publicKeyOf(text: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
  if (key.asymmetricKeyType !== "x25519") throw new SealError("The worker's public key is not an X25519 key.");
  return key;
}

const spki = (key: KeyObject) => key.export({ format: "der", type: "spki" });

/** Short name of a public key (SPKI, base64). */
export function keyId(publicKey: string): string {
  return createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex").slice(0, 16);
}

function derive(own: KeyObject, other: KeyObject, ephemeral: Buffer, recipient: Buffer): Buffer {
  const shared = diffieHellman({ privateKey: own, publicKey: other });
  return Buffer.from(hkdfSync("sha256", shared, Buffer.concat([ephemeral, recipient]), "switchyard sealed secret v1", 32));
}

/** Seals a text to a public key (SPKI, base64) at a place. */
export function seal(publicKey: string, place: Place, text: string): SealedValue {
  const recipient = publicKeyOf(publicKey);
  const ephemeral = generateKeyPairSync("x25519");
  const from = spki(ephemeral.publicKey);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", derive(ephemeral.privateKey, recipient, from, spki(recipient)), nonce);
  cipher.setAAD(context(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const encode = (bytes: Buffer) => bytes.toString("base64");
  // GCM hides no length: an empty text is refused, it would have no ciphertext to store.
  if (sealed.length === 0) throw new SealError("An empty secret cannot be sealed.");
  return { v: 1, key: keyId(publicKey), from: encode(from), nonce: encode(nonce), text: encode(sealed), tag: encode(cipher.getAuthTag()) };
}

/** The worker's private key with its public half. */
export interface OpeningKey {
  privateKey: KeyObject;
  /** SPKI, base64. */
  publicKey: string;
}

/** Reads a private key in PEM form. */
export function openingKey(pem: string): OpeningKey {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== "x25519") throw new SealError("The worker's private key is not an X25519 key.");
  return { privateKey, publicKey: spki(createPublicKey(privateKey)).toString("base64") };
}

/** A new private key in PEM form. */
export function newPrivateKey(): string {
  return generateKeyPairSync("x25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** Opens a sealed value. @throws SealError whenever anything about it is not as it was sealed */
export function open(key: OpeningKey, place: Place, raw: unknown): string {
  const parsed = sealedValue.safeParse(raw);
  if (!parsed.success) throw new SealError(`The stored ${place.field} is damaged: enter it again.`);
  const sealed = parsed.data;
  if (sealed.key !== keyId(key.publicKey)) throw new SealError(`The ${place.field} was sealed to another worker key: enter it again.`);
  try {
    const decode = (text: string) => Buffer.from(text, "base64");
    const from = decode(sealed.from);
    const sender = createPublicKey({ key: from, format: "der", type: "spki" });
    const [nonce, tag] = [decode(sealed.nonce), decode(sealed.tag)];
    if (nonce.length !== 12 || tag.length !== 16) throw new Error("wrong length");
    const decipher = createDecipheriv("aes-256-gcm", derive(key.privateKey, sender, from, Buffer.from(key.publicKey, "base64")), nonce, { authTagLength: 16 });
    decipher.setAAD(context(place));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(decode(sealed.text)), decipher.final()]).toString("utf8");
  } catch {
    throw new SealError(`The stored ${place.field} was changed or moved: enter it again.`);
  }
}
