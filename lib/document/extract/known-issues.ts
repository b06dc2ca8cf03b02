import { DEPLOYED, KNOWN_ISSUES, NOT_USED, NOT_WORKING } from "../lexicon/statements";
import { normalise } from "../lexicon/words";
import { headingPath, type Section } from "../tree";
import type { Extract } from "./types";

/** What a document reports of components that do not work yet: sections below "known issues", with the component of their title. */
export const knownIssues: Extract = ({ tree, draft }) => {
  for (const section of tree.sections) {
    if (
      section.level === 0 ||
      !headingPath(section)
        .slice(0, -1)
        .some((above) => KNOWN_ISSUES.test(normalise(above.title)))
    )
      continue;
    const component = section.title.replace(/\s*[([:–-].*$/u, "").trim();
    const text = normalise([section.title, ...opening(section)].join(". "));
    const state = NOT_WORKING.test(text) ? "not-working" : NOT_USED.test(text) ? "not-used" : DEPLOYED.test(text) ? "deployed" : undefined;
    draft.add(
      "knownIssues",
      {
        title: section.title.slice(0, 200),
        line: section.line,
        ...(component === "" ? {} : { component: component.slice(0, 120) }),
        ...(state === undefined ? {} : { state }),
      },
      section.line,
    );
    draft.claim(section.line, "known-issues");
  }
};

function opening(section: Section): string[] {
  return section.blocks.flatMap((block) => (block.type === "paragraph" ? block.lines.map((line) => line.text) : [])).slice(0, 6);
}
