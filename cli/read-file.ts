import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { messageOf } from "@/lib/core/errors";
import { looksLikeMarkdown } from "@/lib/plan/looks-like-markdown";
import { CliError, EXIT } from "./output";

/** Most bytes read into memory. */
const MAX_BYTES = 6_000_000;

/** Bytes of a file, or of standard input for `-`. */
export async function* fileBytes(file: string): AsyncGenerator<Uint8Array> {
  try {
    if (file !== "-" && !(await stat(file)).isFile()) throw new CliError(`"${file}" is not a file.`, EXIT.unreadable);
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) yield chunk as Uint8Array;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`"${file}" could not be read: ${messageOf(error)}`, EXIT.unreadable);
  }
}

/** Text of a file, or of standard input for `-`. @throws CliError when it is too large or not UTF-8. */
export async function fileText(file: string): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for await (const chunk of fileBytes(file)) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new CliError(`"${file}" is larger than ${MAX_BYTES / 1_000_000} MB.`, EXIT.unreadable);
    text += decode(decoder, file, chunk);
  }
  return text + decode(decoder, file);
}

function decode(decoder: TextDecoder, file: string, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new CliError(`"${file}" is not UTF-8 text.`, EXIT.unreadable);
  }
}

/** Whether a text or file name is a Markdown document rather than YAML. */
export function isMarkdown(file: string, text: string): boolean {
  if (/\.(md|markdown)$/i.test(file)) return true;
  if (/\.(ya?ml|json)$/i.test(file)) return false;
  return looksLikeMarkdown(text);
}
