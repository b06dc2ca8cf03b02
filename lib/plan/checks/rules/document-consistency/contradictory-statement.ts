import type { Check, Noticed, Rule } from "../../types";

/** What the present state is said not to have must not have a value in the same document. */
const check: Check = (plan) =>
  plan.absences.flatMap((absence, i): Noticed[] => {
    const name = [...stems(absence.of)];
    if (name.length === 0) return [];
    const at = plan.outcomes.findIndex(({ name: other, before }) => {
      const words = stems(other);
      const there = name.every((word) => words.has(word));
      return there && (before.value ?? before.min ?? before.max ?? 0) !== 0 ? true : there && before.text !== undefined && !NOTHING.test(before.text.trim());
    });
    const outcome = plan.outcomes[at];
    if (outcome === undefined) return [];
    const value = outcome.before.text ?? String(outcome.before.value ?? outcome.before.min ?? outcome.before.max);
    return [
      {
        code: rule.code,
        level: "info",
        path: `absences[${i}]`,
        also: [`outcomes[${at}]`],
        message: `The present state is said to have no ${absence.of}, but "${outcome.name}" gives it "${value}".`,
        expected: `no ${absence.of}`,
        found: value,
        hint: "Say what there is today.",
      },
    ];
  });

const NOTHING = /^(?:no(?:ne|thing)?\b.*|never|0|-|–|—|n\/a|kein.*|nie|aucune?.*|jamais|ning.*|nunca)$/i;
/** Words that say nothing of what is absent. */
const COMMON = new Set(["strategy", "plan", "system", "solution", "setup", "single", "point", "time", "cost", "limit", "strategie", "systeme", "estrategia"]);

function stems(text: string): Set<string> {
  return new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .filter((word) => word.length > 3 && !COMMON.has(word))
      .map((word) => word.replace(/s$/, "")),
  );
}

export const rule: Rule = {
  code: "contradictory-statement",
  family: "document-consistency",
  levels: ["info"],
  says: "Something is said not to exist today, and has a value in another place.",
  example: {
    wrong: "absences: [{ of: backups }]\noutcomes: [{ name: Backup frequency, before: { text: daily }, after: { text: hourly } }]\n",
    finds: 'The present state is said to have no backups, but "Backup frequency" gives it "daily".',
    right: "absences: [{ of: backups }]\noutcomes: [{ name: Backup frequency, before: { text: none }, after: { text: hourly } }]\n",
  },
  check,
};
