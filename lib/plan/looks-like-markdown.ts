import { InvalidInputError } from "@/lib/core/errors";

/**
 * Whether a text is a Markdown document rather than a plan in YAML. A comment of YAML looks like a heading, so only a
 * text with a heading and without any field of a plan counts. Pure.
 */
export function looksLikeMarkdown(text: string): boolean {
  const start = text.slice(0, 50_000);
  return /^#{1,6} \S/m.test(start) && !/^(schemaVersion|project|stacks|metrics|triggers|migrations)\s*:/m.test(start);
}

/** @throws InvalidInputError for a Markdown document, which is not read yet. */
export function refuseMarkdown(text: string): void {
  if (looksLikeMarkdown(text)) throw new InvalidInputError("This is a Markdown document; those are not read yet. Write the plan as YAML: examples/ has five.");
}
