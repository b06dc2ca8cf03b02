import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

const CONTROL =
  "w-full min-h-10 rounded-md border border-line-strong bg-panel px-3 py-1.5 text-ink max-rail:min-h-11 aria-invalid:border-bad disabled:opacity-60";

interface FieldProps {
  label: ReactNode;
  htmlFor: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}

/** Label, control, hint and error. The control gets `aria-describedby={`${id}-note`}` from the caller's id. */
export function Field({ label, htmlFor, hint, error, children }: FieldProps) {
  return (
    <div>
      <label htmlFor={htmlFor} className="mb-1 block text-sm font-semibold">
        {label}
      </label>
      {children}
      <div id={`${htmlFor}-note`} className="mt-1 text-sm">
        {error === undefined ? <span className="text-ink-2">{hint}</span> : <span className="font-semibold text-bad">{error}</span>}
      </div>
    </div>
  );
}

export function Input({ className, id, ...rest }: ComponentProps<"input">) {
  return <input id={id} aria-describedby={id === undefined ? undefined : `${id}-note`} className={classNames(CONTROL, className)} {...rest} />;
}

export function Select({ className, id, ...rest }: ComponentProps<"select">) {
  return <select id={id} aria-describedby={id === undefined ? undefined : `${id}-note`} className={classNames(CONTROL, className)} {...rest} />;
}

export function Textarea({ className, id, ...rest }: ComponentProps<"textarea">) {
  return <textarea id={id} aria-describedby={id === undefined ? undefined : `${id}-note`} className={classNames(CONTROL, "min-h-24", className)} {...rest} />;
}
