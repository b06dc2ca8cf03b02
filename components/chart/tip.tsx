import type { ReactNode } from "react";

/** Tooltip of every chart: background and text set together, three lines at most. */
export function Tip({ title, lines }: { title: ReactNode; lines: ReactNode[] }) {
  return (
    <div className="rounded-md border border-line-strong bg-panel px-3 py-2 text-sm text-ink shadow-(--shadow)">
      <p className="font-semibold">{title}</p>
      {lines.slice(0, 3).map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: at most three lines, drawn anew each time
        <p key={at} className="num">
          {line}
        </p>
      ))}
    </div>
  );
}
