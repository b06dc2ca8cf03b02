import { AppError, InvalidInputError } from "@/lib/core/errors";
import { decodeDocument } from "@/lib/document/text/decode";
import type { SourceFormat } from "./looks-like-markdown";
import { MAX_PLAN_BYTES } from "./yaml-document";

/** The refusal of a text that is too large. */
function tooLarge(): AppError {
  return new AppError("too-large", `The text is larger than ${MAX_PLAN_BYTES / 1_048_576} MB; at most that much is read. Split it.`);
}

/** The text of a plan or a document from its bytes. @throws InvalidInputError when they are no text, AppError when they are too many. */
export function textOfBytes(bytes: Uint8Array): string {
  if (bytes.byteLength > MAX_PLAN_BYTES) throw tooLarge();
  const decoded = decodeDocument(bytes);
  if (!decoded.ok) throw new InvalidInputError(decoded.reason);
  return decoded.text;
}

/** Collects the chunks of a stream; stops once there are more than may be read. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > MAX_PLAN_BYTES) throw tooLarge();
    parts.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** The plan or document in the body of a request; its content type tells the format, where it does. */
export async function sourceOfRequest(request: Request): Promise<{ source: string; format?: SourceFormat }> {
  const source = textOfBytes(await bytesOf((request.body ?? []) as unknown as AsyncIterable<Uint8Array>));
  const type = request.headers.get("content-type") ?? "";
  return { source, ...(/markdown/i.test(type) ? { format: "markdown" as const } : /yaml/i.test(type) ? { format: "yaml" as const } : {}) };
}
