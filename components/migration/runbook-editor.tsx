"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { ActionForm } from "@/components/ui/action-form";
import { Field, Input } from "@/components/ui/field";
import type { SavedRunbook } from "@/lib/migration/save-runbook";
import type { ActionResult } from "@/lib/service/action";

interface RunbookEditorProps {
  migrationId: string;
  /** Number of the version in the editor; 0 when there is none yet. */
  number: number;
  text: string;
  save: (raw: unknown) => Promise<ActionResult<SavedRunbook>>;
  /** Page of the runbook, opened after saving. */
  back: string;
  disabledReason: string | null;
}

function saved(data: SavedRunbook): string {
  if (data.unchanged) return "Nothing was different: no new version was made.";
  const runs =
    data.voided === 0 ? "" : ` ${data.voided} waiting ${data.voided === 1 ? "run has" : "runs have"} another plan now: approvals given before are void.`;
  const kept = data.kept === 0 ? "" : ` ${data.kept} waiting ${data.kept === 1 ? "run keeps its" : "runs keep their"} approvals: only texts changed.`;
  return `Saved as version ${data.number}.${runs}${kept}`;
}

/** The runbook as text. What is refused is named by path and line; nothing typed is lost. */
export function RunbookEditor({ migrationId, number, text, save, back, disabledReason }: RunbookEditorProps) {
  const router = useRouter();
  const [value, setValue] = useState(text);
  const [version, setVersion] = useState(number);
  const [base, setBase] = useState(text);
  const dirty = value !== base;
  const leaving = useRef(dirty);
  leaving.current = dirty;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (leaving.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);
  return (
    <ActionForm
      action={save}
      submit={dirty ? "Save as a new version" : "Save"}
      testId="runbook-editor"
      disabled={disabledReason !== null}
      disabledReason={disabledReason}
      done={(data) => <p className="text-sm font-semibold text-ok">{saved(data)}</p>}
      onDone={(data) => {
        setVersion(data.number);
        setBase(value);
        if (!data.unchanged && data.voided === 0) router.push(back);
        else router.refresh();
      }}
    >
      {() => (
        <>
          <input type="hidden" name="migrationId" value={migrationId} />
          <input type="hidden" name="number" value={version} />
          <Field label="Runbook (YAML or JSON)" htmlFor="text" hint={dirty ? "Not saved yet." : "As saved."}>
            <textarea
              id="text"
              name="text"
              value={value}
              onChange={(event) => setValue(event.target.value)}
              spellCheck={false}
              autoCapitalize="off"
              autoCorrect="off"
              aria-describedby="text-note"
              className="min-h-[60dvh] w-full rounded-md border border-line-strong bg-panel p-3 font-mono text-sm"
            />
          </Field>
          <Field label="What changed" htmlFor="note" hint="Shown in the list of versions.">
            <Input id="note" name="note" maxLength={500} autoComplete="off" />
          </Field>
        </>
      )}
    </ActionForm>
  );
}
