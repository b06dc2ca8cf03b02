import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type ButtonTone = "primary" | "secondary" | "danger" | "quiet";

const BASE =
  "inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3.5 py-1.5 text-sm font-semibold no-underline hover:no-underline disabled:cursor-not-allowed disabled:opacity-60 max-rail:min-h-11";
const TONES: Record<ButtonTone, string> = {
  primary: "border-accent bg-accent text-accent-ink enabled:hover:brightness-110",
  secondary: "border-line-strong bg-panel text-ink enabled:hover:bg-panel-2",
  danger: "border-bad bg-panel text-bad enabled:hover:bg-bad-soft",
  quiet: "border-transparent bg-transparent text-accent enabled:hover:bg-panel-2",
};

export interface ButtonProps extends ComponentProps<"button"> {
  tone?: ButtonTone;
}

/** A button. When it is disabled, say why in `ButtonReason` beside it. */
export function Button({ tone = "secondary", className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={classNames(BASE, TONES[tone], className)} {...rest} />;
}

/** A link that looks like a button. */
export function LinkButton({ tone = "secondary", className, ...rest }: ComponentProps<typeof Link> & { tone?: ButtonTone }) {
  return <Link className={classNames(BASE, TONES[tone], className)} {...rest} />;
}

/** Why a button does not apply now; text, because a greyed button alone explains nothing. */
export function ButtonReason({ children, id }: { children: ReactNode; id?: string }) {
  return (
    <p id={id} className="text-sm text-ink-2">
      {children}
    </p>
  );
}
