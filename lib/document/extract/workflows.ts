import { spokenLines } from "../texts";
import type { Extract } from "./types";

const NAMED =
  /^(?:[-*\u2022]\s*)?(?:workflow|automation|automatisierung|ablauf|flux|flujo|zap|rule)\s*#?\d{0,3}\s*[:.–—-]\s*(.{2,200}?)\s*(?:→|⇒|->|=>)\s*(\S.{1,600})$/iu;

/** Things that run by themselves as plans list them: "Workflow 7: parcel lost → tell the sender + refund". */
export const workflows: Extract = ({ tree, draft }) => {
  for (const { text, line } of spokenLines(tree)) {
    const match = text.length > 800 ? null : NAMED.exec(text.trim());
    if (match === null) continue;
    const actions = (match[2] ?? "")
      .split(/\s\+\s|\s*(?:→|⇒|->|=>)\s*|;\s+/u)
      .map((action) => action.trim().slice(0, 200))
      .filter((action) => action !== "");
    if (actions.length === 0) continue;
    draft.add("workflows", { trigger: (match[1] ?? "").trim().slice(0, 200), actions: actions.slice(0, 200), line }, line);
    draft.claim(line, "migrations");
  }
};
