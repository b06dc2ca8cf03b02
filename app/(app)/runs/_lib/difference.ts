import { diffLines } from "diff";
import { stringify } from "yaml";
import type { DiffLine } from "@/components/migration/diff";
import { visible } from "@/components/migration/visible";
import type { Runbook } from "@/lib/migration/types";

const CONTEXT = 3;

/** Difference of two texts by line; long unchanged stretches are cut to their ends. */
export function textDifference(before: string, after: string): DiffLine[] {
  const lines: DiffLine[] = [];
  for (const part of diffLines(before, after)) {
    const kind = part.added ? "added" : part.removed ? "removed" : "same";
    for (const text of part.value.replace(/\n$/, "").split("\n")) lines.push({ kind, text: visible(text) });
  }
  return folded(lines);
}

function folded(lines: DiffLine[]): DiffLine[] {
  const near = lines.map((_line, index) => lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => line.kind !== "same"));
  const kept: DiffLine[] = [];
  lines.forEach((line, index) => {
    if (near[index]) kept.push(line);
    else if (kept.at(-1)?.kind !== "gap") kept.push({ kind: "gap", text: "unchanged" });
  });
  return kept.some((line) => line.kind === "added" || line.kind === "removed") ? kept : [];
}

/** A runbook as YAML, the form people edit and compare. */
export function runbookText(runbook: Runbook): string {
  return stringify(runbook, { lineWidth: 0 });
}

/** What differs between two runbooks, and between the targets they are run against. */
export function planDifference(before: { runbook: Runbook | null; targets: unknown }, after: { runbook: Runbook; targets: unknown }): DiffLine[] {
  const text = (plan: { runbook: Runbook | null; targets: unknown }) =>
    `${plan.runbook === null ? "" : runbookText(plan.runbook)}${plan.targets === undefined || plan.targets === null ? "" : stringify({ targets: plan.targets }, { lineWidth: 0 })}`;
  return textDifference(text(before), text(after));
}
