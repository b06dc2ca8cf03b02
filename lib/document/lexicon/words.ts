import { remembered } from "../remember";

/** Lower case, no accents, typographic signs as ASCII: how texts are compared with the word lists. Length may change. */
export const normalise = remembered(normalised);

function normalised(text: string): string {
  // Most lines are plain ASCII, and every reader asks for all of them.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
  if (!/[^\x00-\x7F]/.test(text)) return text.toLowerCase().replace(/\s+/g, " ").trim();
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u2010-\u2015]/g, "-")
    .replace(/\u00DF/g, "ss")
    .replace(/\s+/g, " ")
    .trim();
}

/** The words of a list that is written as one text, with bars between them. */
export function words(list: string): string[] {
  return list
    .split("|")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/**
 * A test for any of the words or phrases, at word boundaries, in a normalised text. A word ending in `*` stands for every
 * word that begins so; a space stands for any blank or hyphen.
 */
export function wordTest(words: readonly string[]): RegExp {
  const parts = words.map((word) => {
    const open = word.endsWith("*");
    const escaped = normalise(open ? word.slice(0, -1) : word)
      .replace(/[.+?^${}()|[\]\\*/]/g, "\\$&")
      .replace(/ /g, "[ -]");
    return open ? `${escaped}[\\p{L}\\p{N}]*` : escaped;
  });
  // In a normalised text Latin letters are ASCII; asking only for those in front is several times faster.
  return new RegExp(`(?<![A-Za-z0-9])(?:${parts.join("|")})(?![\\p{L}\\p{N}])`, "u");
}
