import { AppError, InvalidInputError } from "@/lib/core/errors";

/**
 * The text of a source from its bytes; reading stops once there are more than `limit`. UTF-8, or UTF-16 with its mark,
 * which is what a redirection in Windows PowerShell writes.
 * @throws AppError too-large, InvalidInputError when it is no text.
 */
export async function sourceText(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit)
      throw new AppError("too-large", `The file is larger than ${limit / 1_000_000} MB; at most that much is read. Split it, for example by module or state.`);
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts, size);
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(wide, { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidInputError("The file is no text. A plan as Terraform saves it has to be written out first: terraform show -json plan.out > plan.json");
  }
}

/** The text in the body of a request. */
export function sourceOfRequest(request: Request, limit: number): Promise<string> {
  return sourceText((request.body ?? []) as unknown as AsyncIterable<Uint8Array>, limit);
}
