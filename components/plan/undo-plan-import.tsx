"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { undoPlanImportAction } from "@/app/(app)/documents/actions";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Callout } from "@/components/ui/status";
import type { UndoImportPlan } from "@/lib/plan/undo-plan-import";

/** Takes the last import back, after saying what goes and what is in the way. */
export function UndoPlanImport({ undo }: { undo: UndoImportPlan }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const blocked = undo.inTheWay.length > 0;
  const send = () =>
    start(async () => {
      const result = await undoPlanImportAction({ slug: undo.slug, ifMatch: undo.version });
      if (!result.ok) return setError(result.error.message);
      setOpen(false);
      if (result.data.removed) router.push("/");
      router.refresh();
    });
  return (
    <>
      <Button onClick={() => setOpen(true)}>Undo import</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={undo.removes === "project" ? `Undo the import that created ${undo.slug}?` : `Undo the import of version ${undo.version}?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Keep</Button>
            <Button tone="danger" disabled={pending || blocked} onClick={send}>
              {pending ? "Undoing…" : undo.removes === "project" ? "Remove the project" : `Go back to version ${undo.to}`}
            </Button>
          </>
        }
      >
        {error === null ? null : <Callout tone="bad" role="alert" title={error} className="mb-3" />}
        {undo.removes === "version" ? (
          <p>
            The plan of version {undo.to} is applied again, with its corrections. What version {undo.version} added is marked removed; both versions stay in the
            list.
          </p>
        ) : blocked ? (
          <Callout tone="warn" title="The project cannot be removed: people have worked in it since.">
            <ul className="list-disc pl-5">
              {undo.inTheWay.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </Callout>
        ) : (
          <>
            <p>The project goes, with everything the import made:</p>
            <ul className="mt-1 list-disc pl-5">
              {undo.counts.map((one) => (
                <li key={one.what}>
                  <span className="num">{one.count}</span> {one.what}
                </li>
              ))}
            </ul>
            <p className="mt-1">The audit log keeps a record of it. The document can be imported again.</p>
          </>
        )}
      </Dialog>
    </>
  );
}
