import type { Draft } from "../draft";
import { normalise, wordTest } from "../lexicon/words";
import { rolesOf } from "../outline";

/*
 * Which stack words mean: "Phase 2", "the old stack", "Vercel", "AWS", "Option B". Every extractor that needs the stack of
 * a sentence asks here, so that they all mean the same.
 */

/** Words of stack names that tell nothing about which one is meant. */
const COMMON = wordTest([
  "stack",
  "setup",
  "set up",
  "cost",
  "costs",
  "monthly",
  "annual",
  "yearly",
  "month",
  "year",
  "per",
  "total",
  "infrastructure",
  "deployment",
  "plan",
  "price",
  "prices",
  "pricing",
  "hosting",
  "environment",
  "architecture",
  "system",
  "platform",
  "the",
  "and",
  "with",
  "for",
  "of",
  "on",
  "in",
  "to",
  "after",
  "before",
  "current",
  "target",
  "new",
  "old",
  "existing",
  "proposed",
  "phase",
  "stage",
  "option",
  "step",
  "cloud",
  "managed",
  "hosted",
  "self",
  "services",
  "service",
  "kosten",
  "monat",
  "jahr",
  "monatlich",
  "heute",
  "aktuell",
  "ziel",
  "neu",
  "und",
  "mit",
  "der",
  "die",
  "das",
  "umgebung",
  "plattform",
  "cout",
  "couts",
  "mois",
  "mensuel",
  "actuel",
  "actuelle",
  "cible",
  "situation",
  "et",
  "avec",
  "le",
  "la",
  "les",
  "coste",
  "costes",
  "mes",
  "mensual",
  "actual",
  "objetivo",
  "nuevo",
  "nueva",
  "con",
  "el",
  "los",
  "equivalent",
  "users",
  "app",
  "application",
  "migration",
  "production",
  "optimized",
  "optimised",
  "recommended",
  "breakdown",
  "analysis",
  "summary",
  "comparison",
]);

const NUMBERED =
  /(?:^|[^\p{L}])(phase|fase|stage|stufe|etappe|etape|etapa|option|variante?|opcion|szenario|scenario|plan|tier)[ #:.-]*(\d{1,2}|[a-h]|i{1,3}|iv|v)(?![\p{L}\p{N}])/u;

/** "phase 2", "option b": the number a name carries, with the kind of thing it numbers; null where it carries none. */
export const numberedName = (text: string): string | null => numbered(text);
const numbered = remembered(readNumber);

function readNumber(text: string): string | null {
  const match = NUMBERED.exec(normalise(text));
  if (match === null) return null;
  const kind = /^(?:phase|fase|stage|stufe|etappe|etape|etapa)$/.test(match[1] ?? "") ? "phase" : /^(?:plan|tier)$/.test(match[1] ?? "") ? "plan" : "option";
  return `${kind} ${match[2]}`;
}

/** What was worked out for a short text, kept for a while: names of stacks are asked for again and again. */
function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as T;
    const made = work(text);
    if (text.length > 200) return made;
    if (known.size >= 2_000) known.clear();
    known.set(text, made);
    return made;
  };
}

/** Words of a name that set it apart from others. */
export const tellingWords = remembered(wordsOfName);

function wordsOfName(text: string): readonly string[] {
  return (normalise(text).match(/[\p{L}\p{N}][\p{L}\p{N}.]*/gu) ?? [])
    .map((word) => word.replace(/\.+$/, ""))
    .filter((word) => word.length > 1 && !/^[\d.,]+k?$/.test(word) && !COMMON.test(word));
}

/**
 * The key of the stack a text speaks of; null where it speaks of none or of several alike. Numbered names decide first
 * ("Phase 2"), then words for current and target, then names that only one stack carries.
 */
export function stackOf(draft: Draft, text: string): string | null {
  const { stacks } = draft.plan;
  if (stacks.length === 0 || text.trim() === "") return null;
  const number = numberedName(text);
  if (number !== null) {
    const same = stacks.find((stack) => numberedName(stack.name) === number);
    if (same !== undefined) return same.key;
  }
  const exact = stacks.find((stack) => stack.name.length === text.length && normalise(stack.name) === normalise(text));
  if (exact !== undefined) return exact.key;
  const named = byName(draft, text);
  const roles = rolesOf(text);
  if (roles.has("current") !== roles.has("target")) {
    const role = roles.has("current") ? "current" : "target";
    return (
      (stacks.find((stack) => stack.role === role && (named === null || stack.key === named)) ?? stacks.find((stack) => stack.role === role))?.key ?? named
    );
  }
  return named;
}

/** The two sides of "A → B", "from A to B": keys of their stacks, null where a side is none. */
export function transitionOf(draft: Draft, text: string): { from: string | null; to: string | null } | null {
  const arrow = /^(.*?)\s*(?:→|->|=>|⇒|➜|➡)\s*(.*)$/u.exec(text.slice(0, 1_000));
  const words = arrow ?? /(?:^|\s)(?:from|von|de|desde)\s(.{2,80}?)\s(?:to|nach|zu|vers|a|hacia)\s(.{2,80})$/iu.exec(text.slice(0, 1_000));
  if (words === null) return null;
  const from = stackOf(draft, words[1] ?? "");
  const to = stackOf(draft, words[2] ?? "");
  return from === null && to === null ? null : { from, to: to === from ? null : to };
}

function byName(draft: Draft, text: string): string | null {
  const words = new Set(tellingWords(text));
  if (words.size === 0) return null;
  let best: string | null = null;
  let most = 0;
  let tie = false;
  for (const stack of draft.plan.stacks) {
    if (stack.role === "variant" && stack.variant !== "option") continue;
    const shared = tellingWords(stack.name).filter((word) => words.has(word)).length;
    if (shared > most) [best, most, tie] = [stack.key, shared, false];
    else if (shared === most && shared > 0) tie = true;
  }
  return tie ? null : best;
}
