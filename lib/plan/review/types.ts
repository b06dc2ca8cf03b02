import type { Finding } from "../checks/types";

/** How a field of a form is filled in. */
export type FieldType = "text" | "number" | "price" | "choice" | "flag" | "lines" | "comparand" | "level" | "cell";

export interface FieldSpec {
  field: string;
  label: string;
  type: FieldType;
  /** Values of a choice; the names of stacks and metrics are filled in. */
  options?: readonly string[] | "stacks" | "metrics";
  required?: boolean;
}

/** A field with its value, as a form shows it. */
export interface FormField extends Omit<FieldSpec, "options"> {
  /** Identity of the entry that has the field; empty for an entry that is to be added. */
  target: string;
  value: unknown;
  options?: { value: string; text: string }[];
}

export type ItemState = "read" | "corrected" | "added" | "dropped";

/** A correction of an entry, as it is shown. */
export interface EditNote {
  id: string;
  text: string;
  /** What the document now says where that is no longer what was corrected. */
  outcome: "applied" | "same" | "changed" | "lost";
}

/** Something that was understood. */
export interface ReviewItem {
  id: string;
  list: string;
  /** What one entry of the list is called. */
  word: string;
  title: string;
  /** Price, condition or whatever it says, in words. */
  detail: string;
  /** Lines of the document it was read from; empty for what was added by hand. */
  lines: number[];
  state: ItemState;
  /** 0; 1 for what is inside of the item above. */
  depth: 0 | 1;
  edits: EditNote[];
}

export interface ReviewGroup {
  key: string;
  title: string;
  /** Totals and the like, as sentences. */
  notes: string[];
  lines: number[];
  items: ReviewItem[];
  /** The list that *Add* adds to, with the identity of the entry around it; null where nothing can be added. */
  adds: { list: string; parent: string; word: string; text: string }[];
  /** Identity of the entry the whole group is about (a stack, a migration): it can be corrected and dropped too. */
  about: ReviewItem | null;
}

export interface UnreadPart {
  line: number;
  endLine: number;
  text: string;
  reason: string;
}

/** All that a person looks through before a document becomes a project. */
export interface Review {
  draft: string;
  version: number;
  project: { slug: string; name: string; currency: string };
  counts: { prices: number; triggers: number; steps: number; corrections: number };
  groups: ReviewGroup[];
  findings: Finding[];
  unread: UnreadPart[];
  /** Corrections whose entry is no longer in the document. */
  lost: EditNote[];
  /** Entries that went because what they rest on was dropped. */
  leftOut: { line: number | null; text: string }[];
  empty: boolean;
}
