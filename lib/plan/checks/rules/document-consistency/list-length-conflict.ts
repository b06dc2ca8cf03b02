import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** The same things listed in several places must be the same ones. */
const check: Check = (plan) =>
  (["monitors", "buckets", "services"] as const).flatMap((of): Noticed[] => {
    const places = plan.enumerations.flatMap((entry, i) =>
      entry.of === of ? [{ items: new Set(entry.items.map(plain)), entry, path: `enumerations[${i}]` }] : [],
    );
    const longest = places.toSorted((a, b) => b.items.size - a.items.size)[0];
    // Lists that share nothing are lists of different things.
    const shorter =
      longest === undefined ? [] : places.filter((one) => one.items.size < longest.items.size && [...one.items].some((item) => longest.items.has(item)));
    const [one] = shorter.toSorted((a, b) => a.items.size - b.items.size);
    if (longest === undefined || one === undefined) return [];
    const missing = longest.entry.items.filter((item) => !one.items.has(plain(item)));
    return [
      {
        code: rule.code,
        level: "warning",
        path: one.path,
        also: [longest.path, ...shorter.filter((other) => other !== one).map(({ path }) => path)].slice(0, 5),
        message: `${one.entry.place} lists ${one.items.size} ${of}, ${longest.entry.place} ${longest.items.size}: ${listed(missing)} ${missing.length === 1 ? "is" : "are"} missing.`,
        expected: String(longest.items.size),
        found: String(one.items.size),
        hint: "Keep one list, and refer to it.",
      },
    ];
  });

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export const rule: Rule = {
  code: "list-length-conflict",
  family: "document-consistency",
  levels: ["warning"],
  says: "Two places list the same things, and one leaves some out.",
  example: {
    wrong: "enumerations: [{ of: monitors, place: Table, items: [Shop, Database, Cache] }, { of: monitors, place: Export, items: [Shop, Database] }]\n",
    finds: "Export lists 2 monitors, Table 3: Cache is missing.",
    right: "enumerations: [{ of: monitors, place: Table, items: [Shop, Database, Cache] }, { of: monitors, place: Export, items: [Shop, Database, Cache] }]\n",
  },
  check,
};
