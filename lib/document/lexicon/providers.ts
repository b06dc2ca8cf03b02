import type { ResourceKind } from "./services";
import { PROVIDERS, SERVICES, WORDS } from "./services";
import { normalise } from "./words";

/*
 * Which provider a row of a bill is from and what kind of thing it is, from its name and the words beside it. The
 * catalogue is data (services.ts); longer names win over shorter ones, the row's name over what stands beside it.
 */

export interface Described {
  provider: string | null;
  kind: ResourceKind;
  /** Further kinds a row covers: storage and CDN in one price. */
  alsoKinds: ResourceKind[];
}

interface Entry {
  words: string[];
  provider: string | null;
  kind: ResourceKind | null;
}

/** Entries by the first word of their names. */
const INDEX = new Map<string, Entry[]>();

function put(name: string, provider: string | null, kind: ResourceKind | null): void {
  const words = wordsOf(name);
  const [first] = words;
  if (first === undefined) return;
  const list = INDEX.get(first);
  if (list === undefined) INDEX.set(first, [{ words, provider, kind }]);
  else list.push({ words, provider, kind });
}

for (const [provider, aliases] of Object.entries(PROVIDERS)) for (const alias of aliases) put(alias, provider, null);
for (const [kind, names] of Object.entries(WORDS)) for (const name of names) put(name, null, kind as ResourceKind);
for (const [provider, kinds] of Object.entries(SERVICES))
  for (const [kind, names] of Object.entries(kinds)) for (const name of names ?? []) put(name, provider, kind as ResourceKind);
for (const list of INDEX.values()) list.sort((a, b) => b.words.length - a.words.length);

function wordsOf(text: string): string[] {
  return (
    normalise(text)
      .replace(/([a-z])\.(?=[a-z]{2,3}\b)/g, "$1")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Everything of the catalogue that a text names, from left to right, longest names first. Linear. */
function mentions(text: string): Entry[] {
  const words = wordsOf(text.slice(0, 400));
  const found: Entry[] = [];
  for (let i = 0; i < words.length; ) {
    const entry = INDEX.get(words[i] ?? "")?.find((candidate) => candidate.words.every((word, k) => words[i + k] === word));
    if (entry === undefined) i++;
    else {
      found.push(entry);
      i += entry.words.length;
    }
  }
  return found;
}

/** The provider a text names; null where it names none. */
export function providerIn(text: string): string | null {
  return mentions(text).find((entry) => entry.provider !== null)?.provider ?? null;
}

/**
 * Provider and kind of what a row is called. `beside` is what else the row says, looked at only where the name says
 * nothing; `around` is the heading, which may name the provider of all rows.
 */
export function describeService(name: string, beside = "", around = ""): Described {
  const own = mentions(name);
  const other = mentions(beside);
  const provider = (list: readonly Entry[]) => list.find((entry) => entry.provider !== null)?.provider ?? null;
  const kinds = kindsOf(own);
  const service = kinds.length > 0 ? kinds : kindsOf(other).slice(0, 1);
  const [kind = "other", ...also] = service;
  const headings = new Set(mentions(around).flatMap((entry) => entry.provider ?? []));
  const only = headings.size === 1 ? [...headings][0] : undefined;
  return { provider: provider(own) ?? provider(other) ?? only ?? null, kind, alsoKinds: also };
}

/** Kinds a text names. What it says in so many words ("cache", "backups") goes before what its host mostly sells. */
function kindsOf(entries: readonly Entry[]): ResourceKind[] {
  const of = (said: boolean) => entries.flatMap((entry) => (entry.kind !== null && (entry.provider === null) === said ? [entry.kind] : []));
  const [services, said] = [of(false), of(true)];
  const strong = services.filter((kind) => !WEAK.has(kind));
  const first = said.find((kind) => PURPOSES.has(kind)) ?? strong[0] ?? said.find((kind) => !WEAK.has(kind)) ?? said[0] ?? services[0];
  return first === undefined ? [] : [...new Set([first, ...strong])];
}

/** Kinds that say what a machine is for, whichever machine it is. */
const PURPOSES: ReadonlySet<ResourceKind> = new Set<ResourceKind>([
  "monitoring",
  "logging",
  "errors",
  "email",
  "backup",
  "analytics",
  "automation",
  "relay",
  "labor",
]);
/** What a host sells to everybody: any word beside it says more. */
const WEAK: ReadonlySet<ResourceKind> = new Set<ResourceKind>(["compute", "platform", "other"]);
