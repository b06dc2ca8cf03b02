import { slugify } from "@/lib/core/ids";
import { type PlanInput, planSchema } from "@/lib/plan/types";
import { normalise } from "./lexicon/words";

/** The lists of a plan, and what one entry of each looks like before the schema has filled in its defaults. */
type Lists = { [K in keyof PlanInput as NonNullable<PlanInput[K]> extends readonly unknown[] ? K : never]-?: NonNullable<PlanInput[K]> };
export type ListName = keyof Lists;
export type Entry<K extends ListName> = Lists[K] extends readonly (infer E)[] ? E : never;

/** Something a reader could not take over, with the reason a person is told. */
export interface Unread {
  line: number;
  endLine: number;
  text: string;
  reason: string;
}

/** A part of a line that an extractor has understood; others leave it alone. */
interface Claim {
  start: number;
  end: number;
  by: string;
}

const MAX_LIST = 1_000;

/** The plan while it is being read: entries, unique keys, and which part of the document is spoken for. */
export class Draft {
  readonly plan: PlanInput & { [K in ListName]: Entry<K>[] };
  readonly unread: Unread[] = [];
  /** Per scope: keys that are taken, with the last number given to keys that begin so. */
  private readonly keys = new Map<string, Map<string, number>>();
  private readonly claims = new Map<number, Claim[]>();
  private readonly full = new Set<string>();

  constructor(project: PlanInput["project"]) {
    const lists = Object.fromEntries(LIST_NAMES.map((name) => [name, []])) as unknown as { [K in ListName]: Entry<K>[] };
    this.plan = { schemaVersion: 1, project, ...lists };
  }

  /** Adds an entry to a list of the plan. @returns false when the list is full; the first such entry is reported. */
  add<K extends ListName>(list: K, entry: Entry<K>, line: number): boolean {
    const entries = this.plan[list] as Entry<K>[];
    if (entries.length >= limitOf(list)) {
      if (!this.full.has(list))
        this.unread.push({ line, endLine: line, text: "", reason: `Only the first ${limitOf(list).toLocaleString("en-US")} ${list} are read.` });
      this.full.add(list);
      return false;
    }
    entries.push(entry);
    return true;
  }

  /** A key that is free within a scope (a list, or a list inside an entity): the slug of the text, numbered when taken. */
  key(scope: string, text: string, fallback = "item"): string {
    const taken = this.keys.get(scope) ?? new Map<string, number>();
    this.keys.set(scope, taken);
    const base = slugify(normalise(text).replace(/[%]/g, " percent ").replace(/[&+]/g, " and "), fallback).slice(0, 56).replace(/-+$/, "");
    // The last number given is kept: ten thousand steps of one name must not be counted through each time.
    let n = taken.get(base) ?? 0;
    let key = base;
    if (n > 0)
      do {
        n++;
        key = `${base}-${n}`;
      } while (taken.has(key));
    taken.set(base, Math.max(n, 1));
    taken.set(key, Math.max(taken.get(key) ?? 0, 1));
    return key;
  }

  /** Marks a part of a line (all of it by default) as understood. `start` and `end` are positions in the line's plain text. */
  claim(line: number, by: string, start = 0, end = Number.POSITIVE_INFINITY): void {
    const claims = this.claims.get(line);
    if (claims === undefined) this.claims.set(line, [{ start, end, by }]);
    else claims.push({ start, end, by });
  }

  /** Whether a part of a line is already understood, by others than `except`. */
  claimed(line: number, start = 0, end = Number.POSITIVE_INFINITY, except?: string): boolean {
    return this.claims.get(line)?.some((claim) => claim.by !== except && claim.start < end && claim.end > start) ?? false;
  }

  /** Lines of which something was understood. */
  claimedLines(): ReadonlySet<number> {
    return new Set(this.claims.keys());
  }
}

function limitOf(list: ListName): number {
  return SHORT_LISTS.has(list) ? 100 : MAX_LIST;
}

const SHORT_LISTS: ReadonlySet<string> = new Set([
  "stacks",
  "costComparisons",
  "triggerGroups",
  "optionMatrices",
  "channels",
  "migrations",
  "recovery",
  "budgets",
  "scalingStages",
  "topologies",
]);

const EMPTY = planSchema.parse({ schemaVersion: 1, project: { slug: "p", name: "P" } });
const LIST_NAMES = Object.entries(EMPTY).flatMap(([name, value]) => (Array.isArray(value) ? [name as ListName] : []));
