import { NeedsYouList } from "@/components/portfolio/needs-you";
import { ProjectTable } from "@/components/portfolio/project-table";
import { LinkButton } from "@/components/ui/button";
import { Card, CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { listWords } from "@/lib/decision/words";
import { workspaceMoney } from "@/lib/portfolio/money";
import { needsYou } from "@/lib/portfolio/needs-you";
import { projectLines } from "@/lib/portfolio/store";
import type { NeedsYou, ProjectLine } from "@/lib/portfolio/types";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata = { title: "Portfolio" };

function answer(lines: ProjectLine[], needs: NeedsYou[]): string {
  if (lines.length === 0) return "No projects yet: import a plan, and its costs, triggers and migrations appear here.";
  const moving = lines.filter((line) => line.verdictTone === "info").map((line) => line.name);
  const first = needs.length === 0 ? "Nothing needs you." : needs.length === 1 ? "One thing needs you." : `${needs.length} things need you.`;
  const projects = `${lines.length} project${lines.length === 1 ? "" : "s"}`;
  const rest = moving.length === 0 ? "no trigger says move" : `the triggers say move for ${listWords(moving)}`;
  return `${first} ${projects}; ${rest}.`;
}

export default async function PortfolioPage() {
  const ctx = await pageContext("/");
  const [lines, needs, money] = await Promise.all([projectLines(ctx), needsYou(ctx), workspaceMoney(ctx)]);
  const mayImport = can(ctx, "plan.import");
  return (
    <>
      <PageHeader
        title="Portfolio"
        answer={answer(lines, needs)}
        actions={mayImport && lines.length > 0 ? <LinkButton href="/projects/new">New project</LinkButton> : undefined}
      />
      {lines.length === 0 ? (
        <EmptyState
          title="No projects yet"
          action={
            mayImport ? (
              <LinkButton href="/projects/new" tone="primary">
                New project
              </LinkButton>
            ) : undefined
          }
        >
          <p>A project comes from a plan in YAML: stacks with prices, triggers, migrations. Start from one of the examples, in the browser or in a terminal:</p>
          <div className="mt-3 grid gap-2">
            <CommandLine>npm run switchyard -- import examples/venture-nudge.yaml --project venture-nudge</CommandLine>
            <p>To look around with example data first, start the demo. It uses a database of its own:</p>
            <CommandLine>npm start -- --demo</CommandLine>
          </div>
        </EmptyState>
      ) : (
        <>
          <NeedsYouList items={needs} now={ctx.now} />
          {money.map((sentence) => (
            <p key={sentence} data-testid="money-line" className="mb-4">
              {sentence}
            </p>
          ))}
          <Card title="Projects">
            <ProjectTable lines={lines} now={ctx.now} />
          </Card>
        </>
      )}
    </>
  );
}
