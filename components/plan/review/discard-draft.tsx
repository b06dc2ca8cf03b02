"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { discardDraftAction } from "@/app/(app)/documents/actions";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Callout } from "@/components/ui/status";

/** Ends a review without importing, after asking. */
export function DiscardDraft({ id, back }: { id: string; back: string }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const discard = () =>
    start(async () => {
      const result = await discardDraftAction({ id });
      if (!result.ok) return setError(result.error.message);
      router.push(back);
      router.refresh();
    });
  return (
    <>
      <Button onClick={() => setOpen(true)}>Discard</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Discard this review?"
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Keep</Button>
            <Button tone="danger" disabled={pending} onClick={discard}>
              {pending ? "Discarding…" : "Discard"}
            </Button>
          </>
        }
      >
        {error === null ? null : <Callout tone="bad" role="alert" title={error} />}
        <p>The document and the corrections made here go. Nothing else changes; your file stays where it is.</p>
      </Dialog>
    </>
  );
}
