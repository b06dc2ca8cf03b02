"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { undoImportAction } from "@/app/(app)/projects/[slug]/costs/actions";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Callout } from "@/components/ui/status";

/** Takes one import back, after saying what goes. */
export function UndoImport({
  project,
  importId,
  fileName,
  rows,
  billed,
}: {
  project: string;
  importId: string;
  fileName: string;
  rows: number;
  billed: string;
}) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const undo = async () => {
    setPending(true);
    const result = await undoImportAction({ project, import: importId });
    setPending(false);
    if (!result.ok) return setError(result.error.message);
    setOpen(false);
    router.refresh();
  };
  return (
    <>
      <Button tone="quiet" onClick={() => setOpen(true)}>
        Undo import
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Undo the import of ${fileName}?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Keep</Button>
            <Button tone="danger" onClick={undo} disabled={pending}>
              {pending ? "Undoing…" : "Undo import"}
            </Button>
          </>
        }
      >
        <p>
          The charges that this bill brought go ({rows} rows, {billed} in the file). Rows of earlier bills that it replaced come back. The same file can be
          imported again.
        </p>
        {error === null ? null : <Callout tone="bad" role="alert" title={error} className="mt-3" />}
      </Dialog>
    </>
  );
}
