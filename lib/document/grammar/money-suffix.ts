import { OR_MORE } from "../lexicon/money-words";
import { periodOfAdverb, periodOfNoun } from "../lexicon/periods";
import { SCALE_WORDS } from "../lexicon/scale";
import type { MoneyPeriod } from "./money";
import { scaleAfter, scanNumber, times } from "./number";

/** What follows an amount and belongs to it: "/month", "per 100k commands", "p.a.", "+". */
export interface Suffix {
  end: number;
  period: MoneyPeriod | null;
  unit: string | null;
  per: number | null;
  open: boolean;
}

const PER = /^\s?\/\s?|^\s(?:per|pro|je|par|por|every|each|cada|chaque|jede[nrs]?)\s/iu;
/** Words that lead to a period only: "a month", "im Jahr", "al mes". */
const ARTICLE = /^\s(?:(?:an?|the|al|a\sla|a\sel|im|am|in\sder|die|der|le|la|el)\s|(?:de\s)?l['’]|all['’])(?=\p{L})/iu;
const ADVERB = /^[\s,]{0,2}[([]?\s?((?:p\.\s?a|p\.\s?m|p\.c\.m)\.?|one[\s-]time|one[\s-]off|l['’]an|\p{L}+(?:-\p{L}+)?\.?)/iu;
const ONCE =
  /^[\s,]{0,2}[([]?(?:one[\s-]time|one[\s-]off|one-?time\sfee|set-?up(?:\sfee)?|up[\s-]?front|once|einmalig|einmal|une\s(?:seule\s)?fois|paiement\sunique|una\s(?:sola\s|[uú]nica\s)?vez|pago\s[uú]nico|non-recurring)(?![\p{L}\p{N}])[)\]]?/iu;
const EACH = /^\s?(?:\/\s?(?:ea|each)|\s(?:each|apiece|jeweils|chacune?|cada\sun[oa]))(?![\p{L}\p{N}])/iu;
const WORD = /^\p{L}[\p{L}\p{N}'’]*(?:[.-]\p{L}[\p{L}\p{N}]*)*/u;
/** Words after "per" that begin no unit: "je nach", "par rapport", "per our contract". */
const NO_UNIT =
  /^(?:the|our|your|their|its|this|that|these|definition|default|se|example|se|der|die|das|dem|nach|doch|weil|rapport|d[eé]faut|exemple|nos|notre|votre|su|sus|tu|ejemplo|favor|lo|and|und|et|or|oder|ou|forma|then|now|to|for|in|on|at|with|as|is)$/iu;
/** Words that describe the unit that follows them: "API requests", "monthly active user". */
const DESCRIBES =
  /^(?:api|build|compute|active|monthly|daily|additional|extra|https?|data|unique|paid|named|concurrent|virtual|dedicated|serverless|read|write|storage|input|output|prompt|registered|developer|cpu|gpu|function|page|log|metric|user|team|aktive[rn]?|zus[aä]tzliche[rn]?)$/iu;
const STOP =
  /^(?:and|or|plus|und|oder|et|ou|y|o|e|with|for|in|on|to|at|is|are|after|over|per|pro|je|par|por|of|if|when|but|then|from|up|until|only|included|free|used|sent|stored)$/iu;
const TAX =
  /^\s\(?(?:HT|TTC|h\.t\.|netto|brutto|net|gross|(?:excl?|incl?|exkl|inkl|zzgl|plus|\+)\.?\s?(?:VAT|taxe?s?|MwSt\.?|USt\.?|TVA|IVA|GST))\)?(?![\p{L}\p{N}])/iu;
/** "pro Nutzer und Monat", "par utilisateur et par mois". */
const AND_PERIOD = /^\s(?:und|and|et|y)\s(?:(?:pro|per|par|por|je)\s)?(\p{L}{2,})(?![\p{L}\p{N}])/iu;
const MAX_PARTS = 4;

/** Reads what follows an amount. Looks at a bounded stretch of text. */
export function suffixAt(text: string, from: number): Suffix {
  const suffix: Suffix = { end: from, period: null, unit: null, per: null, open: false };
  for (let part = 0; part < MAX_PARTS; part++) {
    const next = text.slice(suffix.end, suffix.end + 90);
    if (!(plus(next, suffix) || perPart(next, suffix) || adverb(next, suffix) || beyondTax(next, suffix))) break;
  }
  return suffix;
}

/** "20 € HT par mois", "20 € netto im Monat": the words for taxes are passed over where a period or unit follows. */
function beyondTax(next: string, suffix: Suffix): boolean {
  const tax = TAX.exec(next);
  if (tax === null) return false;
  const behind = { ...suffix, end: suffix.end + tax[0].length };
  const rest = next.slice(tax[0].length);
  if (!(perPart(rest, behind) || adverb(rest, behind))) return false;
  Object.assign(suffix, behind);
  return true;
}

function plus(next: string, suffix: Suffix): boolean {
  if (suffix.open) return false;
  const words = OR_MORE.exec(next)?.[0];
  const sign = /^\+(?!\s?[\d$€£₹¥A-Z]|\p{L})/u.exec(next)?.[0];
  const taken = words ?? sign;
  if (taken === undefined) return false;
  suffix.open = true;
  suffix.end += taken.length;
  return true;
}

function perPart(next: string, suffix: Suffix): boolean {
  const each = EACH.exec(next);
  if (each !== null && suffix.unit === null) {
    suffix.unit = "each";
    suffix.per = 1;
    suffix.end += each[0].length;
    return true;
  }
  const per = PER.exec(next);
  if (per !== null) return denominator(next, per[0].length, per[0].includes("/"), suffix);
  const also = suffix.unit === null || suffix.period !== null ? null : AND_PERIOD.exec(next);
  const alsoPeriod = also?.[1] === undefined ? null : periodOfNoun(also[1]);
  if (also !== null && alsoPeriod !== null) {
    suffix.period = alsoPeriod;
    suffix.end += also[0].length;
    return true;
  }
  const article = ARTICLE.exec(next);
  if (article === null || suffix.period !== null) return false;
  const word = WORD.exec(next.slice(article[0].length))?.[0] ?? "";
  const period = word.length > 1 ? periodOfNoun(word) : null;
  if (period === null)
    return /^\san?\s$/i.test(article[0]) && /^(?:[kmgt]b|user|seat|host|server|node|piece)$/i.test(word) && denominator(next, article[0].length, false, suffix);
  suffix.period = period;
  suffix.end += article[0].length + word.length;
  return true;
}

/** "month", "10k messages", "GB-month", "vCPU hour", from a position in `next`. */
function denominator(next: string, from: number, slash: boolean, suffix: Suffix): boolean {
  const count = countAt(next, from);
  let at = count?.end ?? from;
  if (count !== null && next[at] === " ") at++;
  const word = WORD.exec(next.slice(at))?.[0] ?? "";
  const known = word === "" || (word.length === 1 && !slash) ? null : (periodOfNoun(word) ?? (slash ? periodOfAdverb(word) : null));
  if (known !== null && (count === null || count.value === 1 || count.value === 3)) {
    if (suffix.period !== null || (count?.value === 3 && known !== "month")) return false;
    suffix.period = count?.value === 3 ? "quarter" : known;
    suffix.end += at + word.length;
    return true;
  }
  if (suffix.unit !== null) return false;
  if (word === "" || (count === null && NO_UNIT.test(word)) || (count !== null && STOP.test(word))) {
    if (count === null || count.value < 2 || !count.scaled) return false;
    Object.assign(suffix, { unit: "", per: count.value, end: suffix.end + count.end });
    return true;
  }
  const { unit, end, period } = unitAt(next, at, word);
  if (period !== null && suffix.period !== null) return false;
  Object.assign(suffix, { unit, per: count?.value ?? 1, end: suffix.end + end, period: suffix.period ?? period });
  return true;
}

function countAt(next: string, from: number): { value: number; end: number; scaled: boolean } | null {
  const words = /^(\p{L}+)(?![\p{L}\p{N}])/u.exec(next.slice(from));
  const worded =
    words?.[1] === undefined ? undefined : (SCALE_WORDS.get(words[1].toLowerCase()) ?? (/^(?:hundred|hundert|cien|cent)$/i.test(words[1]) ? 100 : undefined));
  if (words !== null && worded !== undefined) return { value: worded, end: from + words[0].length, scaled: true };
  // "/M" and "/k" count, "/m" is a month.
  const letter = next[from] === "M" ? 1e6 : /^[kK]$/.test(next[from] ?? "") ? 1e3 : null;
  if (letter !== null && !/[\p{L}\p{N}]/u.test(next[from + 1] ?? "")) return { value: letter, end: from + 1, scaled: true };
  if (!/^\d/.test(next.slice(from, from + 1))) return null;
  const scanned = scanNumber(next, from);
  const scaled = scaleAfter(next, scanned.end);
  const value = times(scanned.value, scaled.factor);
  return Number.isFinite(value) && value > 0 ? { value, end: scaled.end, scaled: scaled.factor > 1 || value >= 100 } : null;
}

/** The unit that begins with a word; a second word is taken where the first one only describes it, or a period follows. */
function unitAt(next: string, from: number, first: string): { unit: string; end: number; period: MoneyPeriod | null } {
  const joined = /^(.+)-(\p{L}+)$/u.exec(first);
  const joinedPeriod = joined?.[2] === undefined ? null : periodOfNoun(joined[2]);
  if (joined?.[1] !== undefined && joinedPeriod !== null && (joined[2]?.length ?? 0) > 1)
    return { unit: joined[1], end: from + first.length, period: joinedPeriod };
  let end = from + first.length;
  let last = first;
  for (let words = 1; words < 4; words++) {
    const word = /^[ -](\p{L}[\p{L}\p{N}]*(?:-\p{L}+)?)/u.exec(next.slice(end))?.[1] ?? "";
    if (word === "" || STOP.test(word)) break;
    const period = word.length > 1 && next[end] === " " ? periodOfNoun(word) : null;
    if (period !== null) return { unit: next.slice(from, end), end: end + 1 + word.length, period };
    if (!DESCRIBES.test(last)) break;
    end += 1 + word.length;
    last = word;
  }
  return { unit: next.slice(from, end), end, period: null };
}

function adverb(next: string, suffix: Suffix): boolean {
  if (suffix.period !== null) return false;
  const once = ONCE.exec(next);
  if (once !== null && !isNextPhrase(next, once[0])) {
    suffix.period = "once";
    suffix.end += once[0].length;
    return true;
  }
  const match = ADVERB.exec(next);
  const word = match?.[1]?.replace(/\s/g, "") ?? "";
  const period = periodOfAdverb(word) ?? periodOfAdverb(word.replace(/\.$/, ""));
  if (match === null || period === null || isNextPhrase(next, match[0])) return false;
  // "$20 annual fee" says so too; "$20, monthly active users" does not.
  if (/^\s(?:active|aktive|recurring\susers)/i.test(next.slice(match[0].length))) return false;
  const bracket = /[([]/.test(match[0]) && /^[)\]]/.test(next.slice(match[0].length)) ? 1 : 0;
  const sentence = word.endsWith(".") && !/\..*\./.test(word) && word.toLowerCase() !== "mtl." ? 1 : 0;
  suffix.period = period;
  suffix.end += match[0].length + bracket - sentence;
  return true;
}

/** "$20, annual cost: $240": behind a comma the word belongs to what follows it. */
function isNextPhrase(next: string, taken: string): boolean {
  return taken.startsWith(",") && /^\s(?:\p{L}|:)|^:/u.test(next.slice(taken.length));
}
