import { findQuantities } from "../grammar/quantity";
import { normalise, wordTest } from "../lexicon/words";
import { spokenLines } from "../texts";
import type { Extract } from "./types";

const FREE = wordTest(["free", "included", "no charge", "kostenlos*", "gratis", "inklusive", "gratuit*", "inclus*", "incluid*"]);
const HOURS = /\b(?:hours?|hrs?|stunden|heures?|horas)\b/;
const MONTH = /\/\s?(?:mo|month|monat|mois|mes)\b|\b(?:per|a|pro|im|par|por|al) (?:month|monat|mois|mes)\b/;

/** Hours of running that are free each month, with the service whose section says so. */
export const freeHours: Extract = ({ tree, draft }) => {
  for (const { line, text, section } of spokenLines(tree)) {
    const plain = normalise(text);
    if (text.length > 200 || !FREE.test(plain) || !HOURS.test(plain) || !MONTH.test(plain)) continue;
    const hours = findQuantities(text).find(
      (one) => one.currency === null && one.high === null && HOURS.test(normalise(text.slice(one.numberEnd, one.numberEnd + 24))),
    );
    if (hours === undefined || hours.value < 1 || hours.value > 100_000) continue;
    const service = section.title.slice(0, 200) || "Free hours";
    draft.add(
      "pricingRules",
      {
        key: draft.key("pricingRules", `${service} hours`, "hours"),
        service,
        rule: text.slice(0, 500),
        line,
        allowances: [{ of: "compute", amount: hours.value, unit: "hours", per: "month", line }],
      },
      line,
    );
  }
};
