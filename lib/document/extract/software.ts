import type { Draft } from "../draft";
import type { Code, Line } from "../tree";
import type { Extract } from "./types";

/** `image: name:tag`, `FROM name:tag`, an action `name@v4`, `engine_version = "15.4"`. */
const IMAGE = /^\s*(?:-\s*)?(?:image\s*[:=]\s*|FROM\s+|uses\s*:\s*)["']?([\w./-]{2,120}?)[:@](v?[\w.-]{1,60})["']?(?:\s|$)/;
const ENGINE = /^\s*(?:engine_version|version|node-version|node_version|[A-Z]+_VERSION)\s*[:=]\s*["']?(v?\d+(?:\.\d+){0,3}[\w-]{0,20})["']?\s*$/;

/** Versions of images, actions and engines that configuration in the document pins. */
export const software: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) if (block.type === "code") for (const line of block.lines) version(block, line, draft);
};

function version(code: Code, { text, line }: Line, draft: Draft): void {
  const image = IMAGE.exec(text);
  if (image?.[1] !== undefined && image[2] !== undefined) {
    draft.add("versions", { what: image[1].slice(0, 120), version: image[2], line }, line);
    draft.claim(line, "software");
    return;
  }
  const engine = ENGINE.exec(text);
  if (engine?.[1] === undefined || /^\s*version\s*:\s*["']?[23](?:\.\d)?["']?\s*$/.test(text)) return;
  const what = /^\s*([\w-]+)/.exec(text)?.[1] ?? code.section.title;
  draft.add("versions", { what: what.slice(0, 120), version: engine[1], line }, line);
  draft.claim(line, "software");
}
