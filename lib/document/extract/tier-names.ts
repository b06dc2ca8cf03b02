import type { Draft } from "../draft";
import { spokenLines, titlesAbove } from "../texts";
import type { Extract } from "./types";

const MONEY = String.raw`[$€£]\s?(\d{1,5}(?:\.\d{1,2})?)(?:\s?\/\s?(?:mo|month|monat|mois|mes))?`;
/** "Launch ($19)", "Pro ($19/month)". */
const BEFORE = new RegExp(String.raw`(?:(?<![\p{L}])(\p{Lu}[\p{L}.]{2,20})\s+)?(?<![\p{L}])(\p{Lu}\p{L}{2,14})\s*\(${MONEY}\)`, "gu");
/** "$19/month (Pro)". */
const AFTER = new RegExp(String.raw`${MONEY}\s*\((\p{Lu}\p{L}{2,14})\)`, "gu");
const NO_TIER = new Set([
  "Free",
  "The",
  "And",
  "For",
  "From",
  "Total",
  "Cost",
  "Per",
  "Month",
  "Monthly",
  "Annual",
  "About",
  "Approx",
  "Included",
  "Current",
  "After",
  "Before",
  "Optional",
  "Includes",
  "Saves",
]);

/** What a tier is called where its price stands: "Pro ($19)" here, "$19 (Launch)" there. */
export const tierNames: Extract = ({ tree, draft }) => {
  for (const { text, line, section, kind } of spokenLines(tree)) {
    if (kind === "comment" || text.length > 400) continue;
    const [title = ""] = titlesAbove(section);
    const here = serviceOf(title);
    for (const match of text.matchAll(BEFORE)) {
      add(draft, match[1] ?? here, match[2] ?? "", Number(match[3]), line);
    }
    for (const match of text.matchAll(AFTER)) add(draft, here, match[2] ?? "", Number(match[1]), line);
  }
};

/** The service a heading is about: what it names after a colon. "Database: Tarn". */
function serviceOf(title: string): string | null {
  const tail = /:\s+(.+)$/.exec(title)?.[1];
  return tail === undefined ? null : (/\p{Lu}[\p{L}.]{2,20}/u.exec(tail)?.[0] ?? null);
}

function add(draft: Draft, service: string | null, tier: string, amount: number, line: number): void {
  if (service === null || NO_TIER.has(tier) || !Number.isFinite(amount) || amount === 0 || service.toLowerCase() === tier.toLowerCase()) return;
  draft.add("tierNames", { service: service.slice(0, 120), tier, amount, line }, line);
}
