import { z } from "zod";

/** Smallest length in characters after normalisation (R-SEC-11). */
export const MIN_PASSWORD_LENGTH = 12;
/** Largest length in bytes of UTF-8. Longer input is refused, never cut (B-12). */
export const MAX_PASSWORD_BYTES = 1_000;

/** Long passwords that lists of leaked passwords start with, or that the name of the product suggests. Lower-case, letters and digits only. */
const COMMON = new Set([
  "password1234",
  "password12345",
  "password123456",
  "passwordpassword",
  "passw0rd1234",
  "p4ssw0rd1234",
  "administrator",
  "administrator1",
  "changemeplease",
  "changeme1234",
  "letmeinplease",
  "letmein12345",
  "welcome12345",
  "welcome123456",
  "iloveyou1234",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwerty123456",
  "qwertyuiopasdf",
  "asdfghjklzxcvbnm",
  "correcthorsebatterystaple",
  "switchyard123",
  "switchyard1234",
  "switchyardadmin",
  "adminadmin12",
  "adminadminadmin",
  "rootrootroot",
  "secretsecret",
  "superuser123",
  "trustno1trustno1",
]);

const RUNS = ["01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "1q2w3e4r5t6y7u8i9o0p"];

/**
 * The form in which passwords are hashed: Unicode NFKC, so that the same characters typed on another keyboard or
 * system (composed or decomposed accents) give the same password. Spaces are kept.
 */
export function normalizePassword(text: string): string {
  return text.normalize("NFKC");
}

/**
 * Why a new password is refused, or null. Length and guessability only: no rules about kinds of characters.
 * @param context words an attacker would try first, such as the e-mail address and the person's name.
 */
export function passwordProblem(raw: string, context: readonly string[] = []): string | null {
  const text = normalizePassword(raw);
  if ([...text].length < MIN_PASSWORD_LENGTH) return `At least ${MIN_PASSWORD_LENGTH} characters.`;
  if (Buffer.byteLength(text, "utf8") > MAX_PASSWORD_BYTES) return `At most ${MAX_PASSWORD_BYTES} bytes.`;
  if (/\p{Cc}/u.test(text)) return "Control characters are not allowed.";
  const plain = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  if (plain !== "" && (COMMON.has(plain) || isRun(plain) || isRepeated(plain)))
    return "This password is among the first ones that are tried. Choose another one.";
  for (const word of context.flatMap((entry) => [entry, entry.split("@")[0] ?? ""])) {
    const bare = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    if (bare.length >= 4 && plain.replaceAll(bare, "").length < 6) return "This password is little more than your name or address. Choose another one.";
  }
  return null;
}

function isRun(text: string): boolean {
  return RUNS.some((run) => run.includes(text) || [...run].reverse().join("").includes(text));
}

/** One short piece over and over, e.g. `abcabcabcabc`. */
function isRepeated(text: string): boolean {
  for (let size = 1; size <= 4; size += 1) {
    const piece = text.slice(0, size);
    if (piece.repeat(Math.ceil(text.length / size)).startsWith(text)) return true;
  }
  return new Set(text).size <= 3;
}

/** A password as it arrives from a form; bounded so that hashing it is cheap. Judged by `passwordProblem` where it is new. */
export const passwordInput = z
  .string({ error: "A password is needed." })
  .min(1, "A password is needed.")
  .refine(
    (text) => text.length <= MAX_PASSWORD_BYTES && Buffer.byteLength(normalizePassword(text), "utf8") <= MAX_PASSWORD_BYTES,
    `At most ${MAX_PASSWORD_BYTES} bytes.`,
  );
