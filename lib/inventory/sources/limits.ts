import { InvalidInputError } from "@/lib/core/errors";

/** Largest file that is read, in bytes: a state with some ten thousand resources. */
export const MAX_SOURCE_BYTES = 32_000_000;
/** Largest YAML file, in bytes: its parser keeps every character's place. */
export const MAX_YAML_BYTES = 5_000_000;
/** Most resources of one file. */
const MAX_RESOURCES = 20_000;
/** Deepest nesting of lists and objects. */
export const MAX_DEPTH = 60;

const mb = (bytes: number) => `${Math.floor(bytes / 100_000) / 10} MB`;

/** @throws InvalidInputError when a text is longer than `limit` bytes of UTF-8, empty or binary. */
export function requireText(text: string, limit: number): void {
  const size = Buffer.byteLength(text, "utf8");
  if (size > limit) throw new InvalidInputError(`The file has ${mb(size)}; at most ${mb(limit)} are read. Split it, for example by module or state.`);
  if (text.trim() === "") throw new InvalidInputError("The file is empty.");
  if (text.includes("\0")) throw new InvalidInputError("The file is binary, not text. Export a plan with: terraform show -json plan.out > plan.json");
}

/** @throws InvalidInputError when a file declares too many resources. */
export function requireFew(count: number): void {
  if (count > MAX_RESOURCES) {
    throw new InvalidInputError(
      `The file has ${count.toLocaleString("en-US")} resources; at most ${MAX_RESOURCES.toLocaleString("en-US")} are read. Split it into several sources.`,
    );
  }
}
