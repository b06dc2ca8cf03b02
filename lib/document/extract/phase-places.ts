import type { SectionRole } from "../lexicon/roles";
import { normalise, wordTest } from "../lexicon/words";
import type { Outline } from "../outline";
import type { DocumentTree, Section } from "../tree";
import { moveNames } from "./move-stacks";
import { phaseMark } from "./phase-marks";

/* Where in a document something is to be done: what the headings above a place say. Pure. */

/** Headings below which "Phase 2" is a column of costs, a target or a threshold, but nothing that is done. */
export const NOT_WORK: readonly SectionRole[] = [
  "cost",
  "saving",
  "trigger",
  "block",
  "justify",
  "success",
  "benchmark",
  "matrix",
  "tips",
  "economics",
  "decision",
  "troubleshooting",
  "contents",
  "alert",
  "rollback",
  "backup",
  "environment",
];
const WORK: readonly SectionRole[] = ["migration", "phase", "cutover"];
export const NEXT_STEPS = wordTest(["next steps", "follow up*", "future", "nachste schritte", "ausblick", "prochaines etapes", "suite", "proximos pasos"]);

/** What the headings above a place say: work to be done, stages of growth, something else, or nothing. */
export function contextOf(section: Section | null, outline: Outline, tree: DocumentTree): "work" | "growth" | "other" | "open" {
  for (let at = section; at !== null && at.level > 0; at = at.parent) {
    if (isTitle(at, tree)) return isMoveTitle(at, outline) && at === section ? "work" : "open";
    const roles = outline.own(at);
    const numbered = phaseMark(at.title);
    if (numbered !== null && (numbered.kind === "phase" || numbered.kind === "step")) return "work";
    if (NOT_WORK.some((role) => roles.has(role))) return "other";
    const text = normalise(at.title);
    if (roles.has("scaling") && !roles.has("migration") && !roles.has("cutover")) return "growth";
    if (WORK.some((role) => roles.has(role))) return NEXT_STEPS.test(text) ? "other" : "work";
    if (PLAN_TITLE.test(text) && movesByTitle(outline, tree)) return "work";
  }
  return "open";
}

const PLAN_TITLE = wordTest([
  "plan",
  "procedure",
  "runbook",
  "execution",
  "timeline",
  "schedule",
  "roadmap",
  "tasks",
  "steps",
  "rollout",
  "how",
  "ablauf",
  "ablaufplan",
  "vorgehen",
  "zeitplan",
  "durchfuhrung",
  "calendrier",
  "deroulement",
  "planning",
  "feuille de route",
  "hoja de ruta",
  "cronograma",
  "procedimiento",
  "calendario",
]);
const MOVE_TITLE = wordTest([
  "move",
  "moving",
  "migrating",
  "switch",
  "switching",
  "replace",
  "replacing",
  "leaving",
  "leave",
  "exit",
  "cutover",
  "upgrade",
  "change",
  "umstieg",
  "wechsel",
  "ablosung",
  "umzug*",
  "demenagement",
  "passage",
  "changement",
  "traslado",
  "cambio",
  "mudanza",
]);

function movesByTitle(outline: Outline, tree: DocumentTree): boolean {
  const first = tree.sections.find((one) => one.level > 0);
  return first !== undefined && isTitle(first, tree) && isMoveTitle(first, outline);
}

/** Whether the title of the document says that something moves. */
function isMoveTitle(title: Section, outline: Outline): boolean {
  return outline.own(title).has("migration") || MOVE_TITLE.test(normalise(title.title)) || moveNames(title.title) !== null;
}

/** The title of the document: the only heading of the highest level. */
export function isTitle(section: Section, tree: DocumentTree): boolean {
  const first = tree.sections.find((one) => one.level > 0);
  return first !== undefined && section.level === 1 && section.index === first.index;
}
