import { normalise } from "../lexicon/words";
import type { Section } from "../tree";
import type { Extract } from "./types";

const WHY = /^(?:why|warum|pourquoi|por que)\s+/;
const NOT = /\((?:not|and not|instead of|nicht|statt|pas|au lieu de|no|en lugar de)\s+(?:just\s+)?([^)]{2,120})\)\s*\??\s*$/i;
const OVER = /\s(?:over|instead of|rather than|statt|anstelle von|plutot que|en lugar de)\s+(.{2,120}?)\??$/i;
const OR = /\s*(?:,|\/|\bor\b|\boder\b|\bou\b|\bo\b|\band\b)\s*/i;
const VERSUS = /^(?:vs\.?|versus|gegen(?:uber)?|contre|frente a)\s+([^:–-]{2,60})/i;

/** Decisions with the options they name and the options they weigh: "Why X (not A or B)?" and bullets "vs A: …". */
export const decisions: Extract = ({ tree, draft }) => {
  for (const section of tree.sections) {
    const title = section.title.trim();
    if (!WHY.test(normalise(title))) continue;
    const others = NOT.exec(title)?.[1] ?? OVER.exec(title)?.[1];
    const chosen = title
      .replace(/^\S+\s+/, "")
      .replace(/\s*(?:\(|\bover\b|\binstead\b|\brather\b|\?).*$/i, "")
      .trim();
    if (others === undefined || chosen === "") continue;
    const options = others
      .split(OR)
      .map((option) => option.trim())
      .filter((option) => option !== "");
    const weighed = weighedIn(section);
    draft.add(
      "designDecisions",
      {
        key: draft.key("designDecisions", title),
        title: title.slice(0, 200),
        options: [chosen, ...options].map((option) => option.slice(0, 200)).slice(0, 20),
        chosen: chosen.slice(0, 200),
        weighed,
        line: section.line,
      },
      section.line,
    );
  }
};

function weighedIn(section: Section): { option: string; line: number }[] {
  return section.blocks
    .flatMap((block) => (block.type === "list" ? block.items : []))
    .flatMap((item) => {
      const option = VERSUS.exec(item.text)?.[1]?.trim();
      return option === undefined || item.depth > 0 ? [] : [{ option: option.slice(0, 200), line: item.line }];
    })
    .slice(0, 20);
}
