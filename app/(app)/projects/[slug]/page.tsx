import Link from "next/link";
import { notFound } from "next/navigation";
import { PhaseStepper } from "@/components/portfolio/phase-stepper";
import { LinkButton } from "@/components/ui/button";
import { Card, EmptyState, PageHeader } from "@/components/ui/layout";
import { Badge, Callout } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { Figure, Value } from "@/components/ui/value";
import { NotFoundError } from "@/lib/core/errors";
import { formatAgo } from "@/lib/core/time";
import { type Overview, projectOverview } from "@/lib/portfolio/overview";
import { pageContext } from "@/lib/service/page";

interface Params {
  params: Promise<{ slug: string }>;
}

async function load(slug: string) {
  const ctx = await pageContext(`/projects/${slug}`);
  const overview = await projectOverview(ctx, slug).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  return { ctx, overview };
}

export async function generateMetadata({ params }: Params) {
  return { title: (await load((await params).slug)).overview.line.name };
}

/** What keeps the next step from being taken, in words. */
function blockers(overview: Overview, slug: string): { text: string; href: string; action: string }[] {
  const { decision, line } = overview;
  const found: { text: string; href: string; action: string }[] = [];
  if (decision.confidence.share < decision.confidence.limit) {
    found.push({
      text: `Only ${decision.confidence.known} of ${decision.confidence.total} metrics are known and fresh.`,
      href: `/projects/${slug}/metrics`,
      action: "Enter values",
    });
  }
  for (const group of decision.groups.filter((one) => one.kind === "block" && one.state === "firing")) {
    found.push({ text: `Held back by "${group.name}".`, href: `/projects/${slug}/decision`, action: "See the triggers" });
  }
  if (line.findings > 0) found.push({ text: `The plan has ${line.findings} findings.`, href: `/projects/${slug}/plan`, action: "Read them" });
  if (overview.connections === 0 && overview.migrations.length > 0) {
    found.push({ text: "No connection is set up: nothing can be executed.", href: `/settings/connections?project=${slug}`, action: "Connect" });
  }
  return found;
}

/** The trigger that is nearest to its threshold. */
function nearest(overview: Overview): string {
  const rows = overview.decision.matrix.rows.filter((row) => row.edge !== null);
  const next = rows.sort((a, b) => (a.edge?.distancePercent ?? Infinity) - (b.edge?.distancePercent ?? Infinity))[0];
  if (next?.edge == null) return "No metric with a known edge yet.";
  const share = next.edge.sharePercent === null ? `${Math.round(next.edge.distancePercent)} % away` : `${Math.round(next.edge.sharePercent)} % of the limit`;
  return `${next.label}: ${next.valueText}, ${share}.`;
}

export default async function ProjectPage({ params }: Params) {
  const { slug } = await params;
  const { ctx, overview } = await load(slug);
  const { line, decision } = overview;
  const blocking = blockers(overview, slug);
  return (
    <>
      <PageHeader
        above={line.exampleData ? "Example data" : undefined}
        title={line.name}
        answer={line.verdict}
        actions={
          <LinkButton href={line.nextStep.href} tone="primary">
            {line.nextStep.text}
          </LinkButton>
        }
      />
      <div className="mb-4">
        <PhaseStepper phase={line.phase} />
      </div>
      <div className="grid gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid content-start gap-4">
          <Card title="Now">
            <div className="grid grid-cols-2 gap-4 md:grid-cols-4">
              <Figure label="Runs on">
                <span className="text-base">{line.currentStack ?? "not recorded"}</span>
              </Figure>
              <Figure label="Billed this month">
                <Value value={line.cost} />
              </Figure>
              <Figure label="Plan a month">
                <Value value={line.plan} />
              </Figure>
              <Figure label="Metrics the rules ask for" note={decision.confidence.total === 0 ? "no rule asks for one" : "known and fresh"}>
                {decision.confidence.known} of {decision.confidence.total}
              </Figure>
            </div>
            <p className="mt-3 text-sm text-ink-2">Nearest edge: {nearest(overview)}</p>
          </Card>
          <Card
            title="Stacks and planned cost"
            actions={
              <Link href={`/projects/${slug}/costs?tab=before-after`} className="text-sm font-semibold">
                Compare
              </Link>
            }
          >
            <Table
              caption="Stacks with planned cost per month"
              head={
                <tr>
                  <Th>Stack</Th>
                  <Th number>Services</Th>
                  <Th number>Planned a month</Th>
                </tr>
              }
            >
              {overview.stacks.map((stack) => (
                <tr key={stack.key}>
                  <RowTh>
                    {stack.name}{" "}
                    {stack.current ? (
                      <Badge tone="info" className="ml-1">
                        Now
                      </Badge>
                    ) : (
                      <span className="text-sm font-normal text-ink-2">{stack.role}</span>
                    )}
                  </RowTh>
                  <Td number>{stack.resources}</Td>
                  <Td number className="whitespace-normal!">
                    {stack.planned}
                  </Td>
                </tr>
              ))}
            </Table>
          </Card>
          <Card title="Migrations">
            {overview.migrations.length === 0 ? (
              <EmptyState title="No migration is declared">
                Add one under <code>migrations</code> in the plan: from, to, phases with steps, guards.
              </EmptyState>
            ) : (
              <ul className="divide-y divide-line">
                {overview.migrations.map((migration) => (
                  <li key={migration.key} className="flex flex-wrap items-center justify-between gap-2 py-2">
                    <Link href={`/projects/${slug}/migrations/${migration.key}`} className="font-semibold">
                      {migration.name}
                    </Link>
                    {migration.lastRunId === null ? (
                      <span className="text-sm text-ink-2">never run</span>
                    ) : (
                      <Link href={`/runs/${migration.lastRunId}`} className="text-sm">
                        Last run: {migration.lastStatus?.replaceAll("-", " ")}
                      </Link>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
        <div className="grid content-start gap-4">
          <Card title="In the way">
            {blocking.length === 0 ? (
              <p className="text-ink-2">Nothing holds the next step back.</p>
            ) : (
              <ul className="grid gap-2">
                {blocking.map((item) => (
                  <li key={item.text}>
                    <Callout tone="warn" title={item.text}>
                      <Link href={item.href} className="font-semibold">
                        {item.action}
                      </Link>
                    </Callout>
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <Card
            title="Recent activity"
            actions={
              <Link href={`/audit?project=${slug}`} className="text-sm font-semibold">
                Audit
              </Link>
            }
          >
            {overview.activity.length === 0 ? (
              <p className="text-ink-2">Nothing yet.</p>
            ) : (
              <ul className="grid gap-1.5 text-sm">
                {overview.activity.map((entry) => (
                  <li key={`${entry.at.toISOString()} ${entry.action} ${entry.what}`}>
                    <span className="font-semibold">{entry.who}</span> {entry.action.replace(".", " ")} <span className="text-ink-2">{entry.what}</span>{" "}
                    <span className="text-ink-2">· {formatAgo(entry.at, ctx.now)}</span>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
      </div>
    </>
  );
}
