import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { LinkButton } from "@/components/ui/button";
import { CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { Badge, Callout } from "@/components/ui/status";
import { LinkTabs } from "@/components/ui/tabs";
import { NotFoundError } from "@/lib/core/errors";
import { getBeforeAfter } from "@/lib/cost/before-after";
import { listImports } from "@/lib/cost/bill-imports";
import { costFindings } from "@/lib/cost/findings";
import { getCostOverTime } from "@/lib/cost/over-time";
import { getPlanAgainstActual } from "@/lib/cost/plan-against-actual";
import { costProject, costStacks } from "@/lib/cost/store";
import { getUsageCurve } from "@/lib/cost/usage-curve";
import { type Ctx, can, requirePermission } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { BeforeAfterTab, beforeAfterSentence } from "./_lib/before-after-tab";
import { Bills } from "./_lib/bills";
import { CurveTab, curveSentence } from "./_lib/curve-tab";
import { Filters } from "./_lib/filters";
import { CostFindings } from "./_lib/findings";
import { OverTimeTab, overTimeSentence } from "./_lib/over-time-tab";
import { PlanTab, planSentence } from "./_lib/plan-tab";
import { type CostView, hrefOf, rangeOf, readView, TABS } from "./_lib/query";

export const metadata: Metadata = { title: "Costs" };

type Search = Record<string, string | string[] | undefined>;

const TAB_TEXT = { plan: "Plan", "before-after": "Before / after", "over-time": "Over time", curve: "Curve" } as const;

export default async function CostsPage({ params, searchParams }: { params: Promise<{ slug: string }>; searchParams: Promise<Search> }) {
  const { slug } = await params;
  const ctx = await pageContext(`/projects/${slug}/costs`);
  requirePermission(ctx, "workspace.read");
  const project = await costProject(ctx.db, slug).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const search = await searchParams;
  const view = readView(search);
  const [imports, findings, stacks] = await Promise.all([listImports(ctx, slug), costFindings(ctx.db, project), costStacks(ctx.db, project.id)]);
  const tab = await tabOf(ctx, slug, view, search, stacks);
  const keep = (changes: Record<string, string | null>) => hrefOf(search, changes);
  const active = imports.items.some((bill) => bill.undoneAt === null);
  return (
    <>
      <PageHeader
        title="Costs"
        above={<Link href={`/projects/${project.slug}`}>{project.name}</Link>}
        answer={
          <>
            {tab.answer} {project.exampleData ? <Badge tone="info">example data</Badge> : null}
          </>
        }
        actions={
          <LinkButton href={view.tab === "plan" ? "#budgets" : keep({ tab: "plan" })} tone="primary">
            {view.tab === "plan" ? "Set budget" : "Plan and budgets"}
          </LinkButton>
        }
      />
      <LinkTabs label="Cost views" tabs={TABS.map((name) => ({ href: keep({ tab: name }), text: TAB_TEXT[name], current: name === view.tab }))} />
      <Filters view={view} search={search} stacks={stacks} ranges={view.tab === "plan" || view.tab === "over-time"} />
      {view.tab === "over-time" || view.tab === "curve" ? null : <CostFindings findings={findings} project={project.slug} />}
      {!active && (view.tab === "plan" || view.tab === "over-time") ? (
        <EmptyState title="No bill yet" action={<LinkButton href="#bills">Import a bill</LinkButton>}>
          <p className="mb-3">
            What was really paid appears here beside the plan, once a FOCUS bill has been imported. A forecast needs one full billing month and 14 days.
          </p>
          <CommandLine>{`npm run switchyard -- bill FILE.csv --project ${project.slug}`}</CommandLine>
        </EmptyState>
      ) : null}
      <div className="mt-4 grid grid-cols-1 gap-4">
        {tab.body}
        {view.tab === "before-after" || view.tab === "curve" ? null : (
          <Bills imports={imports.items} project={project.slug} may={{ add: can(ctx, "bill.import"), undo: can(ctx, "bill.undo") }} />
        )}
      </div>
      {tab.otherCurrencies.length === 0 ? null : (
        <Callout tone="info" title="Charges in other currencies are not part of these sums" className="mt-4">
          {tab.otherCurrencies.join(", ")}
        </Callout>
      )}
    </>
  );
}

interface TabContent {
  answer: string;
  body: ReactNode;
  otherCurrencies: string[];
}

async function tabOf(ctx: Ctx, slug: string, view: CostView, search: Search, stacks: { id: string; key: string }[]): Promise<TabContent> {
  const range = rangeOf(view, ctx.now);
  const stackId = stacks.find((stack) => stack.key === view.stack)?.id;
  switch (view.tab) {
    case "plan": {
      const data = await getPlanAgainstActual(ctx, slug, { from: range.from, to: range.to, labor: view.labor, stackId });
      const others = data.otherCurrencies.map((entry) => `${Number(entry.billed).toFixed(2)} ${entry.currency} in ${entry.month}`);
      return { answer: planSentence(data), body: <PlanTab data={data} project={slug} mayEdit={can(ctx, "budget.edit")} />, otherCurrencies: others };
    }
    case "over-time": {
      const data = await getCostOverTime(ctx, slug, { from: range.from, to: range.ahead, labor: view.labor, stackId });
      return { answer: overTimeSentence(data), body: <OverTimeTab data={data} />, otherCurrencies: [] };
    }
    case "before-after": {
      const data = await getBeforeAfter(ctx, slug, view);
      return { answer: beforeAfterSentence(data), body: <BeforeAfterTab data={data} now={ctx.now} search={search} />, otherCurrencies: [] };
    }
    case "curve": {
      const data = await getUsageCurve(ctx, slug, { a: view.before, b: view.after, metric: view.metric, usage: view.usage, labor: view.labor });
      return { answer: curveSentence(data), body: <CurveTab data={data} search={search} />, otherCurrencies: [] };
    }
  }
}
