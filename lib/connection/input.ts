import { z } from "zod";
import { InvalidInputError, RefusedError } from "@/lib/core/errors";
import type { Tx } from "@/lib/db/transaction";
import { parseInput } from "@/lib/service/context";
import { seal } from "./seal";
import { CONNECTION_KINDS, type ConnectionKind, connectionConfig, connectionKey, connectionSecret } from "./types";
import { sealingKey } from "./worker-key";

const name = z
  .string()
  .trim()
  .min(1, "A name is needed.")
  .max(120)
  .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), "Only visible characters.");
const fields = z.record(z.string(), z.unknown());

export const createConnectionInput = z.strictObject({
  project: z.string().min(1).max(100),
  key: connectionKey,
  name,
  kind: z.enum(CONNECTION_KINDS),
  config: fields,
  secret: fields.default({}),
});

export const updateConnectionInput = z.strictObject({
  id: z.string().min(1).max(100),
  version: z.coerce.number().int(),
  name: name.optional(),
  config: fields.optional(),
  /** Replaces all secret fields; absent keeps them. */
  secret: fields.optional(),
});

export const connectionRef = z.strictObject({ id: z.string().min(1).max(100), version: z.coerce.number().int().optional() });

/** Settings by the schema of the kind, with `config.` before the field in every issue. */
export function parseConfig(kind: ConnectionKind, raw: Record<string, unknown>): Record<string, unknown> {
  return under("config", () => parseInput(connectionConfig[kind], raw));
}

/** Secret fields by the schema of the kind; fields left empty in a form count as not given. */
export function parseSecret(kind: ConnectionKind, raw: Record<string, unknown>): Record<string, string> {
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ""));
  return under("secret", () => parseInput(connectionSecret[kind], given)) as Record<string, string>;
}

function under<T>(prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const issues = error.issues.map((issue) => ({ path: issue.path === "" ? prefix : `${prefix}.${issue.path}`, message: issue.message }));
    throw new InvalidInputError(issues.length === 1 ? `${issues[0]?.path}: ${issues[0]?.message}` : `${issues.length} fields were refused.`, issues);
  }
}

/** Seals the fields for their place. @throws RefusedError while no worker has published its key */
export async function sealFields(tx: Tx, id: string, version: number, secret: Record<string, string>): Promise<Record<string, unknown>> {
  const entries = Object.entries(secret);
  if (entries.length === 0) return {};
  const key = await sealingKey(tx);
  if (key === null) throw new RefusedError("Secrets cannot be stored yet.", ["No worker has started: start one, then save again."]);
  return Object.fromEntries(entries.map(([field, text]) => [field, seal(key, { table: "connection", row: id, field, version }, text)]));
}
