/**
 * What must not leave a reader. Allow-lists decide what is read at all; these two questions are asked on top of them,
 * so that neither a slip in a list nor a secret in an unexpected place gets through. Pure, linear in the text.
 */

const SECRET_WORDS = new Set([
  "password",
  "passwd",
  "passphrase",
  "pass",
  "pwd",
  "secret",
  "secrets",
  "token",
  "tokens",
  "key",
  "keys",
  "apikey",
  "credential",
  "credentials",
  "private",
  "dsn",
  "cert",
  "certificate",
  "auth",
  "authorization",
  "webhook",
  "kubeconfig",
  "signature",
  "salt",
  "pin",
]);

/** Whether a name says that its value is secret: password, token, key, connection string … in any spelling. */
export function isSecretName(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some((word) => SECRET_WORDS.has(word) || /(?:password|passwd|secret|token|apikey|credential)/.test(word))) return true;
  const together = words.join("");
  return /connection(?:string|uri|url)|accesskey|privatekey|databaseurl|databaseuri|userdata/.test(together);
}

const SECRET_SHAPES = [
  // A user and a password in an address.
  /:\/\/[^\s/@:]*:[^\s/@]+@/,
  /-----BEGIN/,
  // Keys with the marks of their makers.
  /\b(?:AKIA|ASIA)[A-Z0-9]{12}/,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|sk_live_|sk_test_|rk_live_|whsec_|hvs\.|dop_v1_|npm_|pypi-|SG\.|AIza|sk-)[A-Za-z0-9_-]{10}/,
  // JSON web tokens.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/,
  /(?:password|passwd|pwd|secret|token|api_?key|accountkey|sharedaccesskey)(?:\s?=\s?|:\s)[^\s$]/i,
];

/** Whether a text looks like a secret or holds one. */
export function isSecretText(text: string): boolean {
  const start = text.slice(0, 4_000);
  return SECRET_SHAPES.some((shape) => shape.test(start));
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]+/gu;

/** One line of foreign text, without characters that cannot be seen or stored, at most `max` long; empty when nothing is left. */
export function oneLine(text: string, max = 200): string {
  const cleaned = text
    .slice(0, max * 4)
    .replace(UNSEEN, " ")
    .trim();
  return cleaned.length > max ? `${cleaned.slice(0, max - 1)}…` : cleaned;
}

/** One line of foreign text; null where it is empty or looks like a secret. */
export function safeText(text: unknown, max = 200): string | null {
  if (typeof text !== "string" || isSecretText(text)) return null;
  const line = oneLine(text, max);
  return line === "" ? null : line;
}
