import Link from "next/link";
import { importPlanAction, previewPlanAction } from "@/app/(app)/projects/[slug]/plan/actions";
import { DraftList } from "@/components/plan/draft-list";
import { ImportForm } from "@/components/plan/import-form";
import { Card, CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { listDrafts } from "@/lib/plan/drafts";
import { exampleNames, exampleSource } from "@/lib/plan/examples";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata = { title: "New project" };

export default async function NewProjectPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const ctx = await pageContext("/projects/new");
  const { example } = await searchParams;
  if (!can(ctx, "project.create") || !can(ctx, "plan.import")) {
    return (
      <>
        <PageHeader title="New project" answer="Your role does not include making projects." />
        <EmptyState title="Ask an operator">An operator or administrator imports the plan; you see the project as soon as it is there.</EmptyState>
      </>
    );
  }
  const [names, initial, drafts] = await Promise.all([exampleNames(), typeof example === "string" ? exampleSource(example) : null, listDrafts(ctx)]);
  return (
    <>
      <PageHeader
        above={<Link href="/">Portfolio</Link>}
        title="New project"
        answer="A project comes from its plan: drop the document your team has, see line by line what was understood and what contradicts itself, then create it."
      />
      <div className="grid gap-4">
        <Card title="Import a plan">
          <ImportForm key={String(example)} initial={initial ?? ""} preview={previewPlanAction} apply={importPlanAction} />
        </Card>
        {drafts.length === 0 ? null : (
          <Card title="Documents under review">
            <DraftList drafts={drafts} now={ctx.now} />
          </Card>
        )}
        {names.length === 0 ? null : (
          <Card title="Start from an example">
            <p className="mb-2 text-ink-2">The text is put into the form above; change its slug and name to make it yours.</p>
            <ul className="flex flex-wrap gap-x-4 gap-y-2">
              {names.map((name) => (
                <li key={name}>
                  <Link href={`/projects/new?example=${name}`} className="inline-block min-h-9 content-center max-rail:min-h-11">
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <Card title="Or in a terminal">
          <CommandLine>npm run switchyard -- import PLAN.md --project my-project</CommandLine>
        </Card>
      </div>
    </>
  );
}
