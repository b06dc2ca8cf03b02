import type { Draft, Entry } from "../draft";
import { findMoney, type MoneyMention } from "../grammar/money";
import { findQuantities } from "../grammar/quantity";
import { describeService } from "../lexicon/providers";
import { normalise } from "../lexicon/words";
import { spokenLines } from "../texts";
import type { Section } from "../tree";
import type { Extract } from "./types";

type Replacement = Entry<"replacements">;
type Priced = Replacement["to"];

const FROM = /^(?:from|von|bisher|de|depuis|desde)\s?:\s*(.+)$/iu;
const TO = /^(?:to|nach|neu|vers|a|à|hacia)\s?:\s*(.+)$/iu;
/** Between alternatives, outside brackets. */
const OR = /\s+(?:or|oder|ou|o)\s+/iu;
const AND = /\s+\+\s+/u;
const APART = 3;

/** "From: A ($50) or B ($30)" and below it "To: C ($10)": what a component is replaced by, with the prices of both sides. */
export const replacements: Extract = ({ tree, draft }) => {
  let open: { sides: Priced[]; line: number; section: Section } | null = null;
  for (const { line, text, section, kind } of spokenLines(tree)) {
    if (text.length > 500 || kind === "heading" || kind === "cell") continue;
    const from = FROM.exec(text.trim())?.[1];
    if (from !== undefined) {
      open = {
        sides: parts(from, OR)
          .flatMap((part) => priced(part) ?? [])
          .slice(0, 20),
        line,
        section,
      };
      continue;
    }
    const to = open !== null && open.section === section && line - open.line <= APART ? TO.exec(text.trim())?.[1] : undefined;
    if (to === undefined || open === null) continue;
    const target = together(parts(to, AND));
    const [first, ...others] = open.sides;
    if (target !== null && first !== undefined)
      draft.add("replacements", { component: nameOf(section.title) || first.name, from: [first, ...others], to: target, lines: [open.line, line] }, open.line);
    open = null;
  }
  unmix(draft);
};

/** What a component may cost is no row of a bill: such prices stand beside the stacks, not in their sums. */
function unmix(draft: Draft): void {
  const lines = new Set(draft.plan.replacements.flatMap((entry) => entry.lines ?? []));
  for (const stack of draft.plan.stacks) {
    const named = (stack.resources ?? []).filter((resource) => typeof resource.line === "number" && lines.has(resource.line));
    if (named.length === 0 || named.length === stack.resources?.length) continue;
    stack.resources = stack.resources?.filter((resource) => !named.includes(resource));
    for (const resource of named)
      for (const item of resource.lineItems ?? [])
        draft.add(
          "otherPrices",
          { name: resource.name, price: item.price, ...(resource.line === undefined ? {} : { line: resource.line }) },
          Number(resource.line),
        );
  }
}

/** Splits at a word that stands outside brackets. Linear. */
function parts(text: string, at: RegExp): string[] {
  const found: string[] = [];
  let rest = "";
  for (const piece of text.split(new RegExp(`(${at.source})`, "giu"))) {
    const inside = (rest.match(/\(/g)?.length ?? 0) > (rest.match(/\)/g)?.length ?? 0);
    if (at.test(piece) && !inside) {
      found.push(rest);
      rest = "";
    } else rest += piece;
  }
  return [...found, rest];
}

function priced(text: string): Priced | null {
  const money = findMoney(text).find((one) => one.low !== null || one.form === "free" || one.form === "included");
  const name = nameOf(text.replace(/\([^()]*\)/g, " "));
  if (money === undefined || name === "") return null;
  const [min, max] = ends(money);
  const entry: Priced = { name, min, ...(max === null ? {} : { max }), period: periodOf(money) };
  const size = findQuantities(text).find(
    (one) => one.currency === null && one.unit !== null && PEOPLE.test(normalise(text.slice(one.numberEnd, one.end + 12))),
  );
  const unit = size === undefined ? undefined : PEOPLE.exec(normalise(text.slice(size.numberEnd, size.end + 12)))?.[0];
  if (size !== undefined && unit !== undefined) entry.serves = size.high === null ? { value: size.value, unit } : { min: size.value, max: size.high, unit };
  const free = FREE.exec(normalise(text));
  const of = describeService(name).kind === "email" ? "emails" : free?.[3];
  if (free?.[1] !== undefined && of !== undefined)
    entry.allowance = { of, amount: Number(free[1].replace(",", ".")) * (free[2] === undefined ? 1 : 1_000), per: "month" };
  return entry;
}

const PEOPLE = /\b(?:subscribers?|recipients?|contacts?|abonnenten|empfanger|abonnes|suscriptores|users?|customers?)\b/;
const FREE = /\bfree\s(\d{1,7}(?:[.,]\d{1,2})?)(k)?\s?([a-z-]{3,20})?\s?(?:\/|per\s)\s?mo(?:nth)?\b/;

function ends(money: MoneyMention): [number, number | null] {
  if (money.low === null && money.high === null) return [0, 0];
  const low = money.form === "up-to" || money.form === "free-to" ? 0 : (money.low ?? 0);
  return [low, money.form === "open" ? null : (money.high ?? low)];
}

function periodOf(money: MoneyMention): NonNullable<Priced["period"]> {
  return money.period === null || money.period === "week" ? "month" : money.period;
}

/** Several things that come together: their prices added, the first that is free up to a limit kept. */
function together(texts: string[]): Priced | null {
  const all = texts.flatMap((text) => priced(text) ?? []);
  const [first] = all;
  if (first === undefined || all.some((one) => one.period !== first.period)) return null;
  const allowance = all.find((one) => one.allowance !== undefined)?.allowance;
  return {
    name: all
      .map((one) => one.name)
      .join(" + ")
      .slice(0, 200),
    min: all.reduce((sum, one) => sum + one.min, 0),
    ...(all.some((one) => one.max === undefined) ? {} : { max: all.reduce((sum, one) => sum + (one.max ?? 0), 0) }),
    ...(first.period === undefined ? {} : { period: first.period }),
    ...(allowance === undefined ? {} : { allowance }),
  };
}

function nameOf(text: string): string {
  return text
    .replace(/^[\s\d.:)#–-]+/u, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
}
