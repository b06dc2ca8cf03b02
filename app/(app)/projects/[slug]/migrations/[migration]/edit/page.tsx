import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { saveRunbookAction } from "@/app/(app)/projects/[slug]/migrations/actions";
import { RunbookEditor } from "@/components/migration/runbook-editor";
import { Card, PageHeader } from "@/components/ui/layout";
import { Callout } from "@/components/ui/status";
import { AppError } from "@/lib/core/errors";
import { migrationByKey, projectHead, runsOfMigration } from "@/lib/migration/migration-store";
import { writeRunbookText } from "@/lib/migration/runbook-text";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Edit runbook" };

/** What a first runbook starts from: valid, and harmless when run. */
const TEMPLATE = `schemaVersion: 1
steps:
  - key: announce
    title: Announce the maintenance window
    kind: manual
    owner: On-call
    expected: 5m
    instructions: Say in the status channel what begins and until when.
  - key: go
    title: Go for cutover
    kind: approval
guards: []
observation:
  duration: 24h
`;

export default async function EditRunbookPage({ params }: { params: Promise<{ slug: string; migration: string }> }) {
  const { slug, migration: key } = await params;
  const path = `/projects/${slug}/migrations/${key}`;
  const ctx = await pageContext(`${path}/edit`);
  const missing = (error: unknown): never => {
    if (error instanceof AppError && error.kind === "not-found") notFound();
    throw error;
  };
  const project = await projectHead(ctx, slug).catch(missing);
  const migration = await migrationByKey(ctx, project.id, key).catch(missing);
  const waiting = (await runsOfMigration(ctx, migration.id)).filter((run) => ["draft", "awaiting-approval", "approved"].includes(run.status));
  const approved = waiting.filter((run) => run.status !== "draft");
  const number = migration.runbookVersion ?? 0;
  return (
    <div className="grid grid-cols-1 gap-4">
      <PageHeader
        above={
          <>
            <Link href={`/projects/${slug}/migrations`}>Migrations</Link> · <Link href={path}>{migration.name}</Link>
          </>
        }
        title="Edit runbook"
        answer={
          number === 0
            ? "There is no runbook yet; saving makes version 1."
            : `You edit version ${number}; saving makes version ${number + 1}. Versions are never changed.`
        }
      />
      {approved.length === 0 ? null : (
        <Callout tone="warn" title={`Saving a change of what runs voids the approval of ${approved.map((run) => `run ${run.number}`).join(", ")}.`}>
          Changing only titles, instructions, owners, expected times or notes keeps it.
        </Callout>
      )}
      <Card>
        <RunbookEditor
          migrationId={migration.id}
          number={number}
          text={migration.runbook === null ? TEMPLATE : writeRunbookText(migration.runbook)}
          save={saveRunbookAction}
          back={path}
          disabledReason={can(ctx, "runbook.edit") ? null : "Your role does not include editing runbooks."}
        />
      </Card>
    </div>
  );
}
