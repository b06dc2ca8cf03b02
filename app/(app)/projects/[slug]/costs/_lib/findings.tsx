import Link from "next/link";
import { Callout } from "@/components/ui/status";
import type { CostFinding } from "@/lib/cost/findings";

/** Where the plan's own figures do not add up: stated beside recomputed. */
export function CostFindings({ findings, project }: { findings: CostFinding[]; project: string }) {
  if (findings.length === 0) return null;
  const shown = findings.slice(0, 4);
  return (
    <Callout
      tone="warn"
      title={`${findings.length} ${findings.length === 1 ? "figure" : "figures"} of the plan ${findings.length === 1 ? "does" : "do"} not add up`}
      className="mb-4"
    >
      <details>
        <summary className="flex min-h-6 w-fit cursor-pointer items-center font-semibold text-accent max-rail:min-h-11">Show the figures</summary>
        <ul className="list-disc pl-5">
          {shown.map((finding) => (
            <li key={finding.id}>
              {finding.message}
              {finding.found === null || finding.expected === null ? "" : ` Stated ${finding.found}, computed ${finding.expected}.`}
            </li>
          ))}
        </ul>
        <Link href={`/projects/${project}/plan`} className="font-semibold">
          {findings.length > shown.length ? `All findings of the plan (${findings.length - shown.length} more about cost)` : "All findings of the plan"}
        </Link>
      </details>
    </Callout>
  );
}
