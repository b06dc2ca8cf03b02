"use client";

import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { ActionForm } from "@/components/ui/action-form";
import type { ButtonTone } from "@/components/ui/button";
import type { ActionResult } from "@/lib/service/action";

interface RowActionProps<T> {
  action: (raw: unknown) => Promise<ActionResult<T>>;
  fields: Record<string, string | number>;
  submit: string;
  tone?: ButtonTone;
  done?: (data: T) => ReactNode;
  testId?: string;
}

/** One button in a row of a list: sends fixed fields, then reads the page again. */
export function RowAction<T>({ action, fields, submit, tone = "secondary", done, testId }: RowActionProps<T>) {
  const router = useRouter();
  return (
    <ActionForm action={action} submit={submit} tone={tone} done={done} onDone={() => router.refresh()} testId={testId} className="grid gap-2">
      {() => Object.entries(fields).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}
    </ActionForm>
  );
}
