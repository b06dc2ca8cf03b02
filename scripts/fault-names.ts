/**
 * The cases a person names on the command line: every word that occurs in a name, with `F-ENG-1` not meaning `F-ENG-11`.
 * Null without words: all cases.
 */
export function namePattern(words: readonly string[]): RegExp | null {
  if (words.length === 0) return null;
  const one = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + (/\d$/.test(word) ? "(?!\\d)" : "");
  return new RegExp(words.map(one).join("|"));
}
