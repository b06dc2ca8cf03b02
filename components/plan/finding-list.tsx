import Link from "next/link";
import type { Finding } from "@/lib/plan/checks/types";
import { FindingDetails, FindingMark } from "./finding-parts";

interface FindingListProps {
  findings: readonly Finding[];
  /** Address of a line of the source; absent where the source is not on a page. */
  lineHref?: (line: number) => string;
}

/** What the checks noticed, errors first; what was expected stands beside what was found. */
export function FindingList({ findings, lineHref }: FindingListProps) {
  return (
    <ul className="divide-y divide-line" data-testid="findings">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.path}`} className="grid gap-1 py-3 first:pt-0 last:pb-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <FindingMark finding={finding} />
            {finding.lines.length === 0 ? null : (
              <span className="text-xs text-ink-2">
                {finding.lines.length === 1 ? "line" : "lines"}{" "}
                {finding.lines.map((line, index) => (
                  <span key={line}>
                    {index === 0 ? "" : ", "}
                    {lineHref === undefined ? (
                      line
                    ) : (
                      <Link href={lineHref(line)} className="underline">
                        {line}
                      </Link>
                    )}
                  </span>
                ))}
              </span>
            )}
          </div>
          <p className="max-w-4xl break-words">{finding.message}</p>
          <FindingDetails finding={finding} />
        </li>
      ))}
    </ul>
  );
}
