import { classNames } from "@/components/ui/class-names";

export type SeriesToken = "s1" | "s2" | "s3" | "s4" | "s5" | "warn" | "bad" | "unknown";

/** Dash of a series: told apart without colour (2 px lines). */
export const DASH: Record<SeriesToken, string | undefined> = {
  s1: undefined,
  s2: "7 4",
  s3: "2 3",
  s4: "8 3 2 3",
  s5: "8 4",
  warn: "4 3",
  bad: undefined,
  unknown: "1 4",
};

export interface LegendItem {
  token: SeriesToken;
  text: string;
  /** How the series is drawn; a line unless said otherwise. */
  mark?: "line" | "dots" | "bar" | "hatched" | "band";
}

const TEXT: Record<SeriesToken, string> = {
  s1: "text-s1",
  s2: "text-s2",
  s3: "text-s3",
  s4: "text-s4",
  s5: "text-s5",
  warn: "text-warn",
  bad: "text-bad",
  unknown: "text-ink",
};

/** Series in words, each with a sample of its line. */
export function Legend({ items }: { items: LegendItem[] }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      {items.map((item) => (
        <li key={item.text} className="inline-flex items-center gap-2">
          <svg width="28" height="12" aria-hidden="true" className={classNames("shrink-0", TEXT[item.token])}>
            <Sample item={item} />
          </svg>
          <span>{item.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Sample({ item }: { item: LegendItem }) {
  switch (item.mark) {
    case "bar":
      return <rect x="6" y="1" width="16" height="10" fill="currentColor" />;
    case "hatched":
      return <rect x="6.5" y="1.5" width="15" height="9" fill="currentColor" fillOpacity="0.25" stroke="currentColor" strokeDasharray="3 2" />;
    case "band":
      return <rect x="2" y="1" width="24" height="10" fill="currentColor" fillOpacity="0.16" />;
    case "dots":
      return <line x1="1" y1="6" x2="27" y2="6" stroke="currentColor" strokeWidth="2.5" strokeDasharray="0.1 4.5" strokeLinecap="round" />;
    default:
      return <line x1="1" y1="6" x2="27" y2="6" stroke="currentColor" strokeWidth="2" strokeDasharray={DASH[item.token]} />;
  }
}
