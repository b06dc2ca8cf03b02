import { Badge, type Tone } from "@/components/ui/status";
import type { Finding } from "@/lib/plan/checks/types";

const TONES: Record<Finding["level"], Tone> = { error: "bad", warning: "warn", info: "info" };
const WORDS: Record<Finding["level"], string> = { error: "Error", warning: "Warning", info: "Remark" };

/** How much a finding weighs, and its code. */
export function FindingMark({ finding }: { finding: Finding }) {
  return (
    <>
      <Badge tone={TONES[finding.level]}>{WORDS[finding.level]}</Badge>
      <code className="text-xs text-ink-2">{finding.code}</code>
    </>
  );
}

/** What was found beside what was expected, and what to do. */
export function FindingDetails({ finding }: { finding: Finding }) {
  return (
    <>
      {finding.expected === null && finding.found === null ? null : (
        <p className="num text-sm text-ink-2">
          {finding.found === null ? null : <>Found {finding.found}. </>}
          {finding.expected === null ? null : <>Expected {finding.expected}.</>}
        </p>
      )}
      {finding.hint === null ? null : <p className="text-sm text-ink-2">{finding.hint}</p>}
    </>
  );
}
