import { z } from "zod";

/** The only place that reads process.env. One page of the docs lists every variable: docs/configuration.md. */
const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  SECRET_KEY: z.string().min(32).optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  SMTP_URL: z.url().optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  SHELL_STEPS: z.enum(["off", "on"]).default("off"),
  /** Directory of the worker's private key, the embedded database and other state of this machine. */
  SWITCHYARD_DATA_DIR: z.string().default(".data"),
  /** Fault injection for tests only: `<step kind>:<point>`; see worker/crash.ts. */
  SWITCHYARD_CRASH_AT: z.string().optional(),
});

export type Env = z.infer<typeof schema>;

/** Read by scripts only, or before the rest is checked. */
const ELSEWHERE = ["SWITCHYARD_BUNDLE", "SWITCHYARD_DIST_DIR", "SWITCHYARD_URL"];

/** Variables that look like ours and are not: a typing error must not pass for a setting. */
export function unknownVariables(names: readonly string[]): string[] {
  return names.filter((name) => /^(SWITCHYARD|AUTH_OIDC)_/.test(name) && !(name in schema.shape) && !ELSEWHERE.includes(name));
}

let cached: Env | undefined;

/**
 * The validated environment.
 * @throws Error naming each malformed variable; a start with a wrong setting is refused.
 */
export function env(): Env {
  if (cached === undefined) {
    const blankAsUnset = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
    const parsed = schema.safeParse(blankAsUnset);
    const unknown = unknownVariables(Object.keys(blankAsUnset)).map((name) => `${name}: not a setting of this version.`);
    if (!parsed.success || unknown.length > 0) {
      const reasons = [...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`), ...unknown];
      throw new Error(`Environment refused.\n  ${reasons.join("\n  ")}\nSee docs/configuration.md.`);
    }
    cached = parsed.data;
  }
  return cached;
}

/** A development server; `next build` writes the answer into the code. */
export const DEVELOPMENT: boolean = process.env.NODE_ENV === "development";

/** Folder of our bundled programs, when there is one; see scripts/bundle.mjs. */
export function bundleFolder(): string | undefined {
  return process.env.SWITCHYARD_BUNDLE || undefined;
}

/** What a Node process needs to start, and nothing else of this one's: no secret, no address of a database. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TZ, NODE_ENV } = process.env;
  return { PATH, HOME, TMPDIR, TZ, NODE_ENV };
}
