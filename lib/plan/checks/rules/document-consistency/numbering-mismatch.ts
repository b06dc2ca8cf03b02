import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A list of contents names the sections there are. */
const check: Check = (plan) => {
  const { contents, sections } = plan;
  const [start] = contents;
  if (start === undefined || contents.length < 3) return [];
  const titles = new Map(sections.map((section) => [plain(section.title), section.level]));
  const levels = contents.flatMap((entry) => titles.get(plain(entry.title)) ?? []);
  // A contents list that names none of the headings is of another text.
  if (levels.length < contents.length / 2) return [];
  const level = Math.min(...levels);
  const named = new Set(contents.map((entry) => plain(entry.title)));
  const after = sections.findIndex((section) => named.has(plain(section.title)));
  const missing = sections.flatMap((section, i) =>
    section.level === level &&
    i > after &&
    !named.has(plain(section.title)) &&
    ![...named].some((name) => name !== "" && (plain(section.title).includes(name) || name.includes(plain(section.title))))
      ? [{ section, path: `sections[${i}]` }]
      : [],
  );
  const lost = contents.flatMap((entry, i) => (titles.has(plain(entry.title)) || alike(plain(entry.title), titles) ? [] : [{ entry, path: `contents[${i}]` }]));
  if (missing.length === 0 && lost.length === 0) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: `contents[0]`,
      also: [`contents[${contents.length - 1}]`, ...missing.slice(0, 6).map(({ path }) => path), ...lost.slice(0, 3).map(({ path }) => path)],
      message:
        missing.length > 0
          ? `The list of contents has ${contents.length} entries and leaves out ${listed(missing.map(({ section }) => `"${section.title}"`))}.`
          : `The list of contents names ${listed(lost.map(({ entry }) => `"${entry.title}"`))}, which no section is called.`,
      expected: `${contents.length + missing.length - lost.length} entries`,
      found: `${contents.length}`,
      hint: "Bring the list of contents up to date.",
    },
  ];
};

/** A heading that says a little more or less than its entry. */
function alike(entry: string, titles: ReadonlyMap<string, number>): boolean {
  return [...titles.keys()].some((title) => title !== "" && (title.includes(entry) || entry.includes(title)));
}

function plain(title: string): string {
  return title
    .toLowerCase()
    .replace(/^[\d.]+\s+/, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

const contents = "contents: [{ title: Goal }, { title: Cost }, { title: Steps }]\n";

export const rule: Rule = {
  code: "numbering-mismatch",
  family: "document-consistency",
  levels: ["info"],
  says: "The list of contents leaves out sections, or names some that do not exist.",
  example: {
    wrong: `${contents}sections: [{ title: Plan, level: 1 }, { title: Goal, level: 2 }, { title: Cost, level: 2 }, { title: Steps, level: 2 }, { title: Contact, level: 2 }]\n`,
    finds: 'The list of contents has 3 entries and leaves out "Contact".',
    right: `${contents}sections: [{ title: Plan, level: 1 }, { title: 1. Goal, level: 2 }, { title: 2. Cost, level: 2 }, { title: 3. Steps, level: 2 }]\n`,
  },
  check,
};
