import type { Metadata } from "next";
import Link from "next/link";
import { viewOf } from "@/app/(app)/runs/_lib/load-view";
import type { GateView, RunView } from "@/components/migration/view";
import { LinkButton } from "@/components/ui/button";
import { Card, EmptyState, PageHeader } from "@/components/ui/layout";
import { Status } from "@/components/ui/status";
import { formatAgo } from "@/lib/core/time";
import { approvalList, loadRunPage } from "@/lib/migration/page-store";
import type { Ctx } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Approvals" };

interface Asked {
  run: RunView;
  gate: GateView;
}

async function asked(ctx: Ctx, gates: { id: string; runId: string }[]): Promise<Asked[]> {
  const runs = new Map(
    await Promise.all([...new Set(gates.map((gate) => gate.runId))].map(async (id) => [id, viewOf(ctx, await loadRunPage(ctx, id))] as const)),
  );
  return gates.flatMap(({ id, runId }) => {
    const run = runs.get(runId);
    const gate = run?.gates.find((one) => one.id === id);
    return run === undefined || gate === undefined ? [] : [{ run, gate }];
  });
}

function Row({ asked: { run, gate }, now }: { asked: Asked; now: Date }) {
  const given = gate.verdicts.filter((verdict) => verdict.verdict === "approve" && verdict.counts).length;
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3" data-testid="approval-row">
      <div className="min-w-0">
        <p className="font-semibold break-words">
          {gate.title.charAt(0).toUpperCase() + gate.title.slice(1)} <span className="font-normal text-ink-2">· {run.project.name}</span>
        </p>
        <p className="text-sm text-ink-2">
          {run.migration.name}, {run.from} to {run.to}; asked by {gate.requestedBy} {formatAgo(new Date(gate.openedAt), now)}
          {gate.status === "open" ? `; ${given} of ${gate.required} given; expires ${formatAgo(new Date(gate.expiresAt), now)}` : ""}
        </p>
      </div>
      {gate.status === "open" ? (
        <LinkButton tone="primary" href={`/approvals/${gate.id}`}>
          Review
        </LinkButton>
      ) : (
        <span className="flex items-center gap-3">
          <Status tone={gate.state.tone}>{gate.state.word}</Status>
          <Link href={`/approvals/${gate.id}`}>Open</Link>
        </span>
      )}
    </li>
  );
}

export default async function ApprovalsPage() {
  const ctx = await pageContext("/approvals");
  const list = await approvalList(ctx);
  const [waiting, recent] = [await asked(ctx, list.waiting), await asked(ctx, list.recent)];
  const oldest = waiting[0];
  return (
    <div className="grid grid-cols-1 gap-4">
      <PageHeader
        title="Approvals"
        answer={
          oldest === undefined
            ? "Nothing waits for approval."
            : `${waiting.length} ${waiting.length === 1 ? "request waits" : "requests wait"} for approval; the oldest was made ${formatAgo(new Date(oldest.gate.openedAt), ctx.now)}.`
        }
      />
      {waiting.length === 0 ? (
        <EmptyState title="Nothing waits for you" action={<LinkButton href="/">Open a project and its migrations</LinkButton>}>
          A request appears here when somebody asks for approval of a run, or when a running cutover reaches a step that needs one.
        </EmptyState>
      ) : (
        <Card title="Waiting">
          <ul className="divide-y divide-line">
            {waiting.map((one) => (
              <Row key={one.gate.id} asked={one} now={ctx.now} />
            ))}
          </ul>
        </Card>
      )}
      {recent.length === 0 ? null : (
        <Card title="Decided or over">
          <ul className="divide-y divide-line">
            {recent.map((one) => (
              <Row key={one.gate.id} asked={one} now={ctx.now} />
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
