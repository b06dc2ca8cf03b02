"use client";

import { useCallback, useState, useTransition } from "react";
import { correctDraftAction, itemFormAction } from "@/app/(app)/documents/actions";
import type { FormField, Review } from "@/lib/plan/review/types";
import type { ActionResult } from "@/lib/service/action";

type Failure = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** What an entry on the page can be asked to do. */
export interface ReviewTools {
  pending: boolean;
  /** Marks lines in the document and brings the first into view. */
  point: (lines: readonly number[]) => void;
  /** Goes to a line; on a phone to the document's tab. */
  open: (line: number) => void;
  fieldsOf: (of: { item: string } | { list: string }) => Promise<ActionResult<{ fields: FormField[] }>>;
  set: (item: string, changed: FormField[]) => Promise<Failure | null>;
  add: (list: string, parent: string, fields: FormField[]) => Promise<Failure | null>;
  drop: (item: string) => void;
  undo: (edits: string[]) => void;
}

/** The review as the server has it, and the ways to change it. Every change is stored at once. */
export function useReview(initial: Review) {
  const [review, setReview] = useState(initial);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, start] = useTransition();
  const { draft, version } = review;
  const send = useCallback(
    async (change: unknown): Promise<Failure | null> => {
      const result = await correctDraftAction({ draft, version, change });
      if (!result.ok) return result.error;
      setFailure(null);
      setReview(result.data);
      return null;
    },
    [draft, version],
  );
  const later = useCallback((change: unknown) => start(async () => setFailure(await send(change))), [send]);
  return {
    review,
    failure,
    pending,
    fieldsOf: useCallback((of: { item: string } | { list: string }) => itemFormAction({ draft, ...of }), [draft]),
    set: useCallback(
      async (item: string, changed: FormField[]) =>
        changed.length === 0 ? null : send({ op: "set", item, fields: changed.map(({ target, field, value }) => ({ target, field, value })) }),
      [send],
    ),
    add: useCallback(
      (list: string, parent: string, fields: FormField[]) =>
        send({ op: "add", list, parent, values: Object.fromEntries(fields.map(({ field, value }) => [field, value])) }),
      [send],
    ),
    drop: useCallback((item: string) => later({ op: "drop", item }), [later]),
    undo: useCallback((edits: string[]) => later({ op: "undo", edits }), [later]),
  };
}
