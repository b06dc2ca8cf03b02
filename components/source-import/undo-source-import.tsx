"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Callout } from "@/components/ui/status";
import type { ActionResult } from "@/lib/service/action";
import type { SourceImportView } from "@/lib/service/source-import";

export type UndoSourceImportAction = (raw: unknown) => Promise<ActionResult<unknown>>;

/** Takes one import back, after saying what goes and what comes back. */
export function UndoSourceImport({
  project,
  one,
  undo,
}: {
  project: string;
  one: Pick<SourceImportView, "import" | "fileName" | "source" | "counts">;
  undo: UndoSourceImportAction;
}) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { counts } = one;
  const back = counts.changed + counts.returned + counts.vanished;
  const send = async () => {
    setPending(true);
    const result = await undo({ project, import: one.import });
    setPending(false);
    if (!result.ok) return setError(result.error.message);
    setOpen(false);
    router.refresh();
  };
  return (
    <>
      <Button tone="quiet" onClick={() => setOpen(true)} aria-label={`Undo import of ${one.fileName}`}>
        Undo import
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Undo the import of ${one.fileName}?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Keep</Button>
            <Button tone="danger" onClick={send} disabled={pending}>
              {pending ? "Undoing…" : "Undo import"}
            </Button>
          </>
        }
      >
        <p>
          What it brought from &quot;{one.source}&quot; goes ({counts.new}), and what it changed is as before ({back}). The plan&apos;s own entries are not
          touched. The same file can be imported again.
        </p>
        {error === null ? null : <Callout tone="bad" role="alert" title={error} className="mt-3" />}
      </Dialog>
    </>
  );
}
