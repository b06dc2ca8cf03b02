import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError, InvalidInputError } from "@/lib/core/errors";

export interface UnpackLimits {
  /** Bytes after decompression. */
  maxBytes: number;
  /** Decompressed bytes per compressed byte, checked beyond `freeBytes`. */
  maxRatio: number;
  /** Decompressed bytes that are always allowed, whatever the ratio. */
  freeBytes: number;
}

export const UNPACK_LIMITS: UnpackLimits = { maxBytes: 4_000_000_000, maxRatio: 200, freeBytes: 64_000_000 };

/**
 * The bytes of a stream, decompressed when they begin as gzip does. Nothing is held in memory beyond a chunk.
 * @throws AppError too-large when it unpacks to more than the limits; InvalidInputError when the gzip data is damaged.
 */
export async function* unpack(source: AsyncIterable<Uint8Array>, limits: UnpackLimits = UNPACK_LIMITS): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let head = new Uint8Array(0);
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? new Uint8Array(next.value) : Buffer.concat([head, next.value]);
  }
  let received = 0;
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      received += head.length;
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        received += next.value.length;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  let sent = 0;
  for await (const chunk of gzip ? gunzip(all()) : all()) {
    sent += chunk.length;
    if (sent > limits.maxBytes) throw new AppError("too-large", `The bill is larger than ${Math.floor(limits.maxBytes / 1_000_000)} MB unpacked.`);
    if (gzip && sent > limits.freeBytes && sent > received * limits.maxRatio) {
      throw new AppError("too-large", `The file unpacks to more than ${limits.maxRatio} times its size: it does not look like a bill.`);
    }
    yield chunk;
  }
}

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source, { objectMode: false });
  const output = createGunzip();
  let inputError: unknown = null;
  input.once("error", (error) => {
    inputError = error;
    output.destroy(error);
  });
  input.pipe(output);
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
  } catch (error) {
    if (inputError !== null || error instanceof AppError) throw error;
    throw new InvalidInputError("The gzip data is damaged or cut off. Nothing was imported.");
  } finally {
    input.destroy();
    output.destroy();
  }
}
