/** Bidirectional controls, zero-width and other characters that make text look like something else. */
const HIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu;

/** Text with every hidden character written out as `‹U+202E›`, so that a reviewer sees what will run (R-APR-10). */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`);
}
