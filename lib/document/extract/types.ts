import type { Draft } from "../draft";
import type { Outline } from "../outline";
import type { DocumentTree } from "../tree";

export interface Extraction {
  tree: DocumentTree;
  outline: Outline;
  draft: Draft;
}

/** Reads one kind of fact from the document into the draft. */
export type Extract = (at: Extraction) => void;
