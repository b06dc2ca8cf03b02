import { codeKind } from "../code/kind";
import type { Draft } from "../draft";
import * as words from "../lexicon/statements";
import { normalise } from "../lexicon/words";
import { spokenLines } from "../texts";
import type { DocumentTree } from "../tree";
import type { Extract } from "./types";

type Kind = "no-downtime" | "no-data-loss" | "only-ports" | "secrets-in-store" | "separate-credentials" | "off-host-backup";

/** Longer lines are running text in which a word is no promise. */
const LONGEST = 200;
const DOUBT = /\b(?:if|unless|not|require[sd]?|need(?:s|ed)? for|risk|wenn|falls|nicht|si|pas|riesgo|risque|risiko|instead of|goal of)\b/;
const NUMBERS = /(?<![\d.:])(\d{2,5})(?![\d.]|\s*(?:%|ms|s\b|gb|mb|users))/gi;

/** Sentences the plan can be held to: no downtime, no data loss, only these ports, secrets only here. */
export const promises: Extract = ({ tree, outline, draft }) => {
  for (const { text, line, kind, block, section } of spokenLines(tree)) {
    if (text.length > LONGEST || text.startsWith("|")) continue;
    const plain = normalise(text);
    const add = (promise: Kind, ports?: number[]) =>
      draft.add("promises", { kind: promise, text: text.slice(0, 300), line, ...(ports === undefined ? {} : { ports }) }, line);
    const found = words.NO_DOWNTIME.exec(plain);
    if (
      found !== null &&
      kind !== "cell" &&
      !words.TOOL_FEATURE.test(plain.slice(found.index + found[0].length, found.index + found[0].length + 24)) &&
      !DOUBT.test(plain.slice(0, found.index))
    )
      add("no-downtime");
    const loss = words.NO_DATA_LOSS.exec(plain);
    if (loss !== null && !DOUBT.test(plain.slice(0, loss.index))) add("no-data-loss");
    if (words.BACKUP.test(plain) && words.OFF_HOST.test(plain)) add("off-host-backup");
    if (words.SEPARATE_ACCOUNTS.test(plain)) add("separate-credentials");
    if (
      secretRule(plain) &&
      (kind === "item" || kind === "paragraph") &&
      (outline.within(section).has("security") || (block !== null && outline.label(block).has("security")))
    )
      add("secrets-in-store");
    const ports = portsOf(plain);
    if (ports !== null && kind !== "comment" && kind !== "heading") add("only-ports", ports);
  }
  drawnRules(tree, draft);
};

function secretRule(plain: string): boolean {
  return words.SECRETS.test(plain) && words.SECRET_STORE.test(plain.replace(/^\W*(?:all|use|store|keep)?\s*secrets?\b/, "")) && words.MUST_KEEP.test(plain);
}

/** "No open ports other than 22/8443": the ports that may be open. */
function portsOf(plain: string): number[] | null {
  if (!words.PORTS.test(plain) || !words.EXCEPT.test(plain) || !words.OPEN.test(plain)) return null;
  const ports = [...plain.matchAll(NUMBERS)].map((match) => Number(match[1])).filter((port) => port <= 65_535);
  return ports.length === 0 || ports.length > 20 ? null : ports;
}

/** In a drawing or a plain block: rules of security as boxes and ticks, "public only" with its ports below. */
function drawnRules(tree: DocumentTree, draft: Draft): void {
  for (const block of tree.blocks) {
    if (block.type !== "code" || (codeKind(block) !== "diagram" && codeKind(block) !== "text")) continue;
    const lines = block.lines.map(({ line, text }) => ({
      line,
      text: text
        .replace(/[\u2500-\u257F]+/g, " ")
        .replace(/^[^\p{L}\p{N}]+/u, "")
        .trim(),
    }));
    lines.forEach(({ line, text }, i) => {
      const plain = normalise(text);
      if (plain === "" || text.length > LONGEST) return;
      if (words.SEPARATE_ACCOUNTS.test(plain)) draft.add("promises", { kind: "separate-credentials", text, line }, line);
      if (secretRule(plain) && words.MUST_KEEP.test(plain) && /secret|password/.test(plain))
        draft.add("promises", { kind: "secrets-in-store", text, line }, line);
      // "Public (only …):" and below it the ports.
      if (!/:$/.test(plain) || !words.OPEN.test(plain) || !words.EXCEPT.test(plain)) return;
      const below = lines.slice(i + 1, i + 12);
      const end = below.findIndex((one) => one.text === "");
      const ports = below
        .slice(0, end < 0 ? undefined : end)
        .flatMap((one) => [...one.text.matchAll(/\bport\s+(\d{2,5})\b/gi)].map((match) => ({ port: Number(match[1]), line: one.line })));
      const [first] = ports;
      if (first !== undefined)
        draft.add(
          "promises",
          { kind: "only-ports", text: `${text} ${ports.map(({ port }) => port).join(", ")}`, ports: ports.map(({ port }) => port), line: first.line },
          line,
        );
    });
  }
}
