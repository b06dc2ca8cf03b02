import Link from "next/link";
import { notFound } from "next/navigation";
import { CreateForm } from "@/components/plan/review/create-form";
import { LinkButton } from "@/components/ui/button";
import { EmptyState, PageHeader } from "@/components/ui/layout";
import { InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { readDraft } from "@/lib/plan/drafts";
import { type DraftPreview, previewDraft } from "@/lib/plan/import-draft";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata = { title: "What will be created" };

export default async function CreatePage({ params }: { params: Promise<{ draft: string }> }) {
  const { draft: id } = await params;
  const ctx = await pageContext(`/documents/${id}/create`);
  const above = <Link href={`/documents/${id}`}>Back to the review</Link>;
  if (!can(ctx, "plan.import")) return <PageHeader title="What will be created" answer="Your role does not include importing documents." />;
  const draft = await readDraft(ctx, id).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const preview = await previewDraft(ctx, { draft: id }).catch((error: unknown) => {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  });
  if (typeof preview === "string") {
    return (
      <>
        <PageHeader above={above} title="What will be created" answer={preview} />
        <EmptyState title="Nothing to create yet" action={<LinkButton href={`/documents/${id}`}>Back to the review</LinkButton>}>
          Add what is missing by hand, or drop another document.
        </EmptyState>
      </>
    );
  }
  const title = draft.slug === null ? "What will be created" : `What will change in ${draft.slug}`;
  return (
    <>
      <PageHeader above={above} title={title} answer={answer(preview, draft.slug)} />
      <CreateForm draft={id} version={draft.version} updates={draft.slug} initial={preview} />
    </>
  );
}

function answer(preview: DraftPreview, slug: string | null): string {
  const { added, changed, removed } = preview.difference;
  if (preview.same) return "This is the document and these are the corrections the project stands on: nothing would change.";
  if (slug === null) return `A project is made of this document, with what is listed below and nothing else. Undo removes all of it.`;
  return `Version ${preview.version + 1} of the plan: ${added} added, ${changed} changed, ${removed} removed. Undo goes back to version ${preview.version}.`;
}
