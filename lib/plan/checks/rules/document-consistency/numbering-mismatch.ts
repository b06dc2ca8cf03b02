import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A list of contents names the sections there are. */
const check: Check = (plan) => {
  const { contents, sections } = plan;
  const [start] = contents;
  if (start === undefined || contents.length < 3) return [];
  const headings = sections.map((section, i) => ({ title: section.title, level: section.level, name: plain(section.title), path: `sections[${i}]` }));
  const entries = contents.map((entry, i) => ({ title: entry.title, name: plain(entry.title), path: `contents[${i}]` }));
  const levelOf = new Map(headings.map(({ name, level }) => [name, level]));
  const levels = entries.flatMap(({ name }) => levelOf.get(name) ?? []);
  // A contents list that names none of the headings is of another text.
  if (levels.length < contents.length / 2) return [];
  const level = Math.min(...levels);
  const names = entries.map(({ name }) => name);
  const titles = headings.map(({ name }) => name);
  const after = headings.findIndex(({ name }) => names.includes(name));
  const missing = headings.filter((heading, i) => heading.level === level && i > after && !alike(heading.name, names));
  const lost = entries.filter(({ name }) => !alike(name, titles));
  if (missing.length === 0 && lost.length === 0) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: `contents[0]`,
      also: [`contents[${contents.length - 1}]`, ...missing.slice(0, 6).map(({ path }) => path), ...lost.slice(0, 3).map(({ path }) => path)],
      message:
        missing.length > 0
          ? `The list of contents has ${contents.length} entries and leaves out ${listed(missing.map(({ title }) => `"${title}"`))}.`
          : `The list of contents names ${listed(lost.map(({ title }) => `"${title}"`))}, which no section is called.`,
      expected: `${contents.length + missing.length - lost.length} entries`,
      found: `${contents.length}`,
      hint: "Bring the list of contents up to date.",
    },
  ];
};

/** Whether one of the others says the same, or a little more or less. */
function alike(name: string, others: readonly string[]): boolean {
  return others.some((other) => other === name || (other !== "" && name !== "" && (other.includes(name) || name.includes(other))));
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
