"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { restorePlanAction } from "@/app/(app)/projects/[slug]/plan/actions";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Callout } from "@/components/ui/status";

/** Brings a former version back as a new one, after saying so. */
export function RestoreForm({ slug, number, current }: { slug: string; number: number; current: number }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const restore = () =>
    start(async () => {
      const result = await restorePlanAction({ slug, number, ifMatch: current });
      if (!result.ok) return setError(result.error.message);
      setOpen(false);
      router.refresh();
    });
  return (
    <>
      <button type="button" className="min-h-9 font-semibold text-accent hover:underline max-rail:min-h-11" onClick={() => setOpen(true)}>
        Bring back
      </button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Bring version ${number} back?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button tone="primary" disabled={pending} onClick={restore}>
              {pending ? "Applying…" : `Apply as version ${current + 1}`}
            </Button>
          </>
        }
      >
        {error === null ? null : (
          <Callout tone="bad" role="alert" title={error}>
            Nothing was changed.
          </Callout>
        )}
        <p>
          The text of version {number} becomes version {current + 1}. What it does not have is marked removed; history stays. &ldquo;Difference&rdquo; shows
          every entry.
        </p>
      </Dialog>
    </>
  );
}
