"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { reviseDraftAction } from "@/app/(app)/documents/actions";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/status";

/** Opens the document a project was made from beside what was understood of it. */
export function ReviseButton({ slug }: { slug: string }) {
  const router = useRouter();
  const [error, setError] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const open = () =>
    start(async () => {
      const result = await reviseDraftAction({ slug });
      if (!result.ok) return setError(result.error.message);
      router.push(`/documents/${result.data.id}`);
    });
  return (
    <div>
      <Button disabled={pending} onClick={open}>
        {pending ? "Opening…" : "Correct what was read"}
      </Button>
      {error === null ? null : <Callout tone="bad" role="alert" title={error} className="mt-2" />}
    </div>
  );
}
