import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type Tone = "ok" | "warn" | "bad" | "info" | "unknown" | "neutral";

const TEXT: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  unknown: "text-ink",
  neutral: "text-ink-2",
};
const SOFT: Record<Tone, string> = {
  ok: "border-ok/40 bg-ok-soft",
  warn: "border-warn/40 bg-warn-soft",
  bad: "border-bad/40 bg-bad-soft",
  info: "border-info/40 bg-info-soft",
  unknown: "border-line-strong bg-panel hatched",
  neutral: "border-line bg-panel-2",
};

/** Shape of a status: circle ok, triangle warn, octagon bad, square info, hollow diamond unknown. */
export function StatusShape({ tone, className }: { tone: Tone; className?: string }) {
  const shape = {
    ok: <circle cx="6" cy="6" r="5" fill="currentColor" />,
    warn: <path d="M6 1 11.5 11H.5Z" fill="currentColor" />,
    bad: <path d="M3.8.8h4.4l3 3v4.4l-3 3H3.8l-3-3V3.8Z" fill="currentColor" />,
    info: <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" />,
    unknown: <path d="M6 1 11 6 6 11 1 6Z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
    neutral: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  }[tone];
  return (
    <svg viewBox="0 0 12 12" className={classNames("inline-block size-3 shrink-0", className)} aria-hidden="true">
      {shape}
    </svg>
  );
}

/**
 * A status as shape and word; never colour alone. `plain` is for a whole sentence: regular weight in ink, only the
 * shape is coloured.
 */
export function Status({ tone, children, className, plain }: { tone: Tone; children: ReactNode; className?: string; plain?: boolean }) {
  if (plain) {
    return (
      <span className={classNames("inline-flex items-start gap-1.5 text-ink", className)}>
        <StatusShape tone={tone} className={classNames("mt-1", TEXT[tone])} />
        <span className="min-w-0">{children}</span>
      </span>
    );
  }
  return (
    <span className={classNames("inline-flex items-center gap-1.5 font-semibold", TEXT[tone], className)}>
      <StatusShape tone={tone} />
      <span>{children}</span>
    </span>
  );
}

/** A status in a soft pill, for table cells and headings. */
export function Badge({ tone, children, className }: { tone: Tone; children: ReactNode; className?: string }) {
  return (
    <span className={classNames("inline-flex items-center gap-1.5 rounded-full border px-2 py-0.5 text-xs font-semibold", TEXT[tone], SOFT[tone], className)}>
      <StatusShape tone={tone} className="size-2.5" />
      <span className="whitespace-nowrap">{children}</span>
    </span>
  );
}

/** A bordered note with a tone; `role` is set for what appears after an action. */
export function Callout({
  tone,
  title,
  children,
  role,
  className,
}: {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  role?: "status" | "alert";
  className?: string;
}) {
  return (
    <div role={role} className={classNames("rounded-lg border p-3 text-sm", SOFT[tone], className)}>
      {title === undefined ? null : (
        <p className={classNames("flex items-center gap-2 font-semibold", TEXT[tone])}>
          <StatusShape tone={tone} />
          <span>{title}</span>
        </p>
      )}
      {children === undefined ? null : <div className={classNames("text-ink", title === undefined ? "" : "mt-1")}>{children}</div>}
    </div>
  );
}
