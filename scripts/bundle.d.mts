export const PROGRAMS: readonly string[];
export function ensureBundle(options?: { root?: string; programs?: readonly string[]; sources?: readonly string[] }): Promise<string>;
