import { codeKind } from "../code/kind";
import { normalise } from "../lexicon/words";
import type { Extract } from "./types";

const CONFIGURATIONS = new Set(["toml", "yaml", "hcl", "json", "text"]);
const SETTING =
  /^\s*-?\s*["']?(?:memory(?:_mb|_size|_limit)?|mem_?limit|memorylimit)["']?\s*[:=]\s*["']?(\d{1,6}(?:\.\d{1,2})?)\s?(mb|mib|mi|m|gb|gib|gi|g)?["']?,?\s*$/;

/** Memory that a configuration gives to one instance, in MB. */
export const memoryLimits: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "code" || !CONFIGURATIONS.has(codeKind(block))) continue;
    for (const { line, text } of block.lines) {
      const match = text.length > 200 ? null : SETTING.exec(normalise(text));
      if (match?.[1] === undefined) continue;
      const value = Number(match[1]) * (match[2]?.startsWith("g") ? 1_000 : 1);
      if (value >= 32) draft.add("limits", { what: "Memory of an instance", kind: "memory", value, unit: "MB", line }, line);
    }
  }
};
