import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

interface TableProps {
  /** What the table holds; read by screen readers, hidden from sight unless `showCaption`. */
  caption: string;
  showCaption?: boolean;
  head: ReactNode;
  children: ReactNode;
  className?: string;
  /** Give the same facts as cards below the `sm` breakpoint and hide the table there. */
  hideOnPhone?: boolean;
}

/** A real table with caption; it scrolls inside its own box, never the page. */
export function Table({ caption, showCaption, head, children, className, hideOnPhone }: TableProps) {
  return (
    // A scrollable region must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
    <section className={classNames("relative overflow-x-auto", hideOnPhone && "max-sm:hidden")} aria-label={caption} tabIndex={0}>
      <table className={classNames("w-full border-collapse text-sm", className)}>
        <caption className={showCaption ? "pb-2 text-left text-ink-2" : "sr-only"}>{caption}</caption>
        <thead className="text-left text-ink-2">{head}</thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** Column heading; `number` aligns right. */
export function Th({ number, className, scope = "col", ...rest }: ComponentProps<"th"> & { number?: boolean }) {
  return <th scope={scope} className={classNames("border-b border-line px-2 py-1.5 font-medium", number ? "text-right" : "text-left", className)} {...rest} />;
}

/** Row heading. */
export function RowTh({ className, ...rest }: ComponentProps<"th">) {
  return <th scope="row" className={classNames("border-b border-line px-2 py-2 text-left align-top font-medium", className)} {...rest} />;
}

/** Cell; `number` aligns right with tabular figures. */
export function Td({ number, className, ...rest }: ComponentProps<"td"> & { number?: boolean }) {
  return <td className={classNames("border-b border-line px-2 py-2 align-top", number && "num text-right whitespace-nowrap", className)} {...rest} />;
}
