import type { ComponentProps, ReactNode } from "react";
import { Field, Input } from "@/components/ui/field";

interface LabeledInputProps extends Omit<ComponentProps<"input">, "name" | "id"> {
  name: string;
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Distinguishes fields of the same name on one page. */
  idPrefix?: string;
}

/** Label, input, hint and error that belong together. */
export function LabeledInput({ name, label, hint, error, idPrefix = "", ...rest }: LabeledInputProps) {
  const id = `${idPrefix}${name}`;
  return (
    <Field label={label} htmlFor={id} hint={hint} error={error}>
      <Input id={id} name={name} aria-invalid={error === undefined ? undefined : true} {...rest} />
    </Field>
  );
}
