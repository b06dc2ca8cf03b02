import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AppError, messageOf } from "@/lib/core/errors";
import { bytesOf, textOfBytes } from "@/lib/plan/source-bytes";
import { CliError, EXIT } from "./output";

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

/** Text of a file, or of standard input for `-`. @throws CliError when it is too large or no text. */
export async function fileText(file: string): Promise<string> {
  try {
    return textOfBytes(await bytesOf(fileBytes(file)));
  } catch (error) {
    if (error instanceof AppError) throw new CliError(`"${file}" was not read. ${error.message}`, EXIT.unreadable);
    throw error;
  }
}
