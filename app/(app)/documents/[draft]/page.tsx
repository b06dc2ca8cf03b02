import Link from "next/link";
import { notFound } from "next/navigation";
import { ReviewBoard } from "@/components/plan/review/board";
import { DiscardDraft } from "@/components/plan/review/discard-draft";
import { EmptyState, PageHeader } from "@/components/ui/layout";
import { Callout } from "@/components/ui/status";
import { NotFoundError } from "@/lib/core/errors";
import type { EncodingDamage } from "@/lib/document/text/repair";
import { reviewDraft, shownLines } from "@/lib/plan/correct-draft";
import type { Review } from "@/lib/plan/review/types";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata = { title: "Review of a document" };

/** Lines that come with the page; further ones are loaded when they are looked at. */
const FIRST_LINES = 2_000;

export default async function ReviewPage({ params }: { params: Promise<{ draft: string }> }) {
  const { draft: id } = await params;
  const ctx = await pageContext(`/documents/${id}`);
  if (!can(ctx, "plan.import")) {
    return (
      <>
        <PageHeader title="Review of a document" answer="Your role does not include importing documents." />
        <EmptyState title="Ask an operator">An operator or administrator reviews and imports documents; you see the project as soon as it is there.</EmptyState>
      </>
    );
  }
  const { draft, document, review } = await reviewDraft(ctx, id).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const name = draft.fileName || "Pasted document";
  const above = draft.slug === null ? <Link href="/projects/new">New project</Link> : <Link href={`/projects/${draft.slug}/plan`}>Plan of {draft.slug}</Link>;
  return (
    <>
      <PageHeader
        above={above}
        title={<>Review {name}</>}
        answer={answer(review)}
        actions={<DiscardDraft id={draft.id} back={draft.slug === null ? "/projects/new" : `/projects/${draft.slug}/plan`} />}
      />
      <div className="mb-4 grid gap-3 empty:hidden">
        {document.damage === null ? null : <Repaired damage={document.damage} />}
        {review.empty ? (
          <Callout tone="warn" title="Nothing in this document can be imported.">
            No price, condition, phase, alert or monitor was found in it. A plan has tables or lists of services with prices, thresholds, or steps under
            headings that say what they are. You can still add entries by hand.
          </Callout>
        ) : null}
      </div>
      <ReviewBoard
        initial={review}
        first={shownLines(document, 1, FIRST_LINES)}
        total={document.tree.lines.length}
        next={draft.slug === null ? "Create project…" : `Update ${draft.slug}…`}
      />
    </>
  );
}

function Repaired({ damage }: { damage: EncodingDamage }) {
  const lost = damage.linesNotRestorable;
  return (
    <Callout tone="info" title={`The document was wrongly decoded before it came here (${damage.kind}). It was repaired.`}>
      {damage.linesAffected} lines were affected.{" "}
      {lost === 0 ? "All signs could be restored." : `On ${lost} of them signs are lost for good and could only be guessed: compare them with the original.`}{" "}
      Line numbers are those of the file.
    </Callout>
  );
}

function answer(review: Review): string {
  const { counts, findings, unread } = review;
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const errors = findings.filter((finding) => finding.level === "error").length;
  const warnings = findings.filter((finding) => finding.level === "warning").length;
  const said = errors + warnings === 0 ? "nothing in it contradicts itself" : `the checks note ${plural(errors, "error")} and ${plural(warnings, "warning")}`;
  return `Understood: ${plural(counts.prices, "price")}, ${plural(counts.triggers, "condition")} and ${plural(counts.steps, "step")}; ${said}; ${plural(unread.length, "part")} not understood. Nothing is created before you have seen what.`;
}
