import { hash, type Options, verify } from "@node-rs/argon2";
import { normalizePassword } from "@/lib/auth/password";
import { AppError } from "@/lib/core/errors";

/** argon2id, 19 MiB, two passes, one lane: the floor of R-SEC-11. The number is the enum value of the library. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options;

/**
 * Hash of a random password nobody knows, with the same parameters. Verified where an account has no password or
 * does not exist, so that both take the same time (S-6).
 */
export const DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$SmaJ605dVjDrC2MH1NJ0Cw$F2j/zJ9vGyfvKJLRYJacIJnC7dvLa/Oo+ULQOdxWe7w";

/** Hashes that may be computed at once; the rest waits. A flood of sign-ins must not take all memory (S-17). */
const AT_ONCE = 4;
const MAX_WAITING = 64;

let running = 0;
const waiting: (() => void)[] = [];

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new AppError("unavailable", "Too many people sign in at this moment. Try again in a few seconds.");
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** The stored form of a password. Judge it with `passwordProblem` first. */
export function hashPassword(password: string): Promise<string> {
  return limited(() => hash(normalizePassword(password), PARAMETERS));
}

/** Whether the password matches. `null` (no password, no such account) costs the same time and is never true. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const matches = await limited(() => verify(stored ?? DUMMY_HASH, normalizePassword(password)));
  return stored !== null && matches;
}
