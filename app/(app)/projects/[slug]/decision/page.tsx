import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DecisionBoard } from "@/components/decision/board";
import { DecisionHistory } from "@/components/decision/history";
import { OptionMatrices } from "@/components/decision/option-matrices";
import { Button, LinkButton } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Card } from "@/components/ui/layout";
import { NotFoundError } from "@/lib/core/errors";
import { parseInstant } from "@/lib/core/time";
import { getDecisionView, listDecisions } from "@/lib/decision/store";
import { findProject } from "@/lib/metric/store";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "Decision matrix" };

interface PageProps {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The end of a chosen day in UTC, or the exact moment of a link; null for now, also when the day is today or later. */
function momentOf(search: Record<string, string | string[] | undefined>, now: Date): Date | null {
  const text = typeof search.at === "string" ? search.at : typeof search.day === "string" ? `${search.day}T23:59:59Z` : "";
  const at = parseInstant(text);
  return at !== null && at.getTime() < now.getTime() ? at : null;
}

export default async function DecisionPage({ params, searchParams }: PageProps) {
  const { slug } = await params;
  const ctx = await pageContext(`/projects/${slug}/decision`);
  const search = await searchParams;
  const at = momentOf(search, ctx.now);
  const project = await findProject(ctx.db, slug).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const [view, decisions, workspace] = await Promise.all([
    getDecisionView(ctx, project.id, at ?? undefined),
    listDecisions(ctx.db, project.id),
    readWorkspace(ctx.db),
  ]);
  const day = at?.toISOString().slice(0, 10) ?? "";
  return (
    <>
      <DecisionBoard initial={view} at={at?.toISOString() ?? null} mayRecord={can(ctx, "decision.record")} />
      <div className="mt-4 grid gap-4 [&>*]:min-w-0">
        {view.optionMatrices.length === 0 ? null : (
          <Card title="Options compared in the plan">
            <OptionMatrices matrices={view.optionMatrices} />
          </Card>
        )}
        <Card title="Decisions" id="decisions">
          {decisions.items.length === 0 ? (
            <p className="text-ink-2">None yet. A recorded decision keeps every value and trigger state it was made on, and cannot be changed later.</p>
          ) : (
            <DecisionHistory decisions={decisions.items} timeZone={workspace.timeZone} />
          )}
        </Card>
        <Card title="Look at a past day">
          <form method="get" className="flex flex-wrap items-end gap-3">
            <div className="w-48">
              <Field label="Day (its end, UTC)" htmlFor="day">
                <Input id="day" name="day" type="date" defaultValue={day} max={ctx.now.toISOString().slice(0, 10)} required />
              </Field>
            </div>
            <div className="mb-1.5 flex gap-2">
              <Button type="submit">Show</Button>
              {at === null ? null : <LinkButton href={`/projects/${project.slug}/decision`}>Back to now</LinkButton>}
            </div>
          </form>
          <p className="text-sm text-ink-2">Values and trigger states of that day, judged by the rules and from the stack of today.</p>
        </Card>
      </div>
    </>
  );
}
