import { ROLES, type SectionRole } from "./lexicon/roles";
import { normalise } from "./lexicon/words";
import { remembered } from "./remember";
import { type Block, type DocumentTree, headingPath, type Section } from "./tree";

/** What each place of a document is about, read off its headings and labels. */
export interface Outline {
  /** Roles of a section's own title. */
  own: (section: Section) => ReadonlySet<SectionRole>;
  /** Roles of a section's title and of every heading above it. */
  within: (section: Section) => ReadonlySet<SectionRole>;
  /** Roles of a block's label, empty where it has none. */
  label: (block: Block) => ReadonlySet<SectionRole>;
  /** Whether a block stands under a label or heading of a role; the nearest words decide first. */
  under: (block: Block, role: SectionRole) => boolean;
}

/** Roles that a text speaks of. */
export const rolesOf: (text: string) => ReadonlySet<SectionRole> = remembered(rolesIn);

function rolesIn(text: string): Set<SectionRole> {
  const plain = normalise(text);
  const found = new Set<SectionRole>();
  if (plain === "") return found;
  for (const [role, test] of Object.entries(ROLES)) if (test.test(plain)) found.add(role as SectionRole);
  return found;
}

/** Reads the roles of all headings and labels once. Pure. */
export function outlineOf(tree: DocumentTree): Outline {
  const own = new Map(tree.sections.map((section) => [section.index, rolesOf(section.title)]));
  const within = new Map(tree.sections.map((section) => [section.index, new Set(headingPath(section).flatMap((at) => [...(own.get(at.index) ?? [])]))]));
  const none: ReadonlySet<SectionRole> = new Set();
  const labels = new Map<Block, ReadonlySet<SectionRole>>();
  for (const block of tree.blocks) if (block.label !== null) labels.set(block, rolesOf(block.label.text));
  const outline: Outline = {
    own: (section) => own.get(section.index) ?? none,
    within: (section) => within.get(section.index) ?? none,
    label: (block) => labels.get(block) ?? none,
    under: (block, role) => outline.label(block).has(role) || outline.within(block.section).has(role),
  };
  return outline;
}
