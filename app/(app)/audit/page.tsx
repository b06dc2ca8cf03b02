import type { Metadata } from "next";
import Link from "next/link";
import { entryView } from "@/app/(app)/audit/entry-view";
import { AuditEntryRow } from "@/components/audit/entry";
import { EntryKeys } from "@/components/audit/entry-keys";
import { LabeledInput } from "@/components/auth/labeled-input";
import { Button, LinkButton } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Card, EmptyState, PageHeader } from "@/components/ui/layout";
import { Callout, Status } from "@/components/ui/status";
import { formatInstant } from "@/lib/core/time";
import { auditQuery, listAudit } from "@/lib/service/audit-store";
import { type ChainVerdict, verifyAuditChain } from "@/lib/service/audit-verify";
import { requirePermission } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "Audit" };

/** Entries whose chain is recomputed each time the page is shown; the rest on request. */
const CHECKED_ON_SIGHT = 2_000;
const FILTERS = ["actor", "action", "object", "project", "run", "from", "to"] as const;

type Search = Record<string, string | string[] | undefined>;

/** Filters that stand in the address; empty fields of the form count as not given. */
function given(search: Search): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].trim() !== ""));
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await pageContext();
  requirePermission(ctx, "audit.read");
  const wanted = given(await searchParams);
  const parsed = auditQuery.safeParse(wanted);
  const query = parsed.success ? parsed.data : auditQuery.parse({});
  const [page, verdict, workspace, projects] = await Promise.all([
    listAudit(ctx.db, query),
    verifyAuditChain(ctx.db, wanted.verify === "all" ? {} : { last: CHECKED_ON_SIGHT }),
    readWorkspace(ctx.db),
    ctx.db.prisma.project.findMany({ select: { id: true, slug: true, name: true }, orderBy: { name: "asc" } }),
  ]);
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (wanted[name] === undefined ? [] : [[name, wanted[name]]])));
  const address = (extra: Record<string, string>) => `?${new URLSearchParams({ ...filters, ...extra })}`;
  const known = new Map(projects.map((project) => [project.id, project]));
  const newest = page.items[0];
  const answer =
    newest === undefined
      ? "Nothing matches these filters."
      : `${Object.keys(filters).length === 0 ? "Newest" : "Newest match"}: ${entryView(newest, known, workspace.timeZone).actor}, ${newest.action}, at ${formatInstant(newest.at, workspace.timeZone)}.`;
  return (
    <>
      <PageHeader
        title="Audit"
        answer={answer}
        actions={
          <>
            <LinkButton href={`/api/v1/audit/export${address({ format: "csv" })}`} prefetch={false}>
              Export CSV
            </LinkButton>
            <LinkButton href={`/api/v1/audit/export${address({ format: "json" })}`} prefetch={false}>
              Export JSON
            </LinkButton>
          </>
        }
      />
      <EntryKeys />
      <div className="grid grid-cols-1 gap-4">
        <Integrity verdict={verdict} timeZone={workspace.timeZone} verifyAll={address({ verify: "all" })} />
        {parsed.success ? null : (
          <Callout tone="bad" role="alert" title="A filter was not understood, so none is applied.">
            <ul className="list-disc pl-5">
              {parsed.error.issues.map((issue) => (
                <li key={issue.path.join(".")}>
                  {issue.path.join(".")}: {issue.message}
                </li>
              ))}
            </ul>
          </Callout>
        )}
        <Filters values={wanted} projects={projects} />
        {page.items.length === 0 ? (
          <EmptyState title="No entry matches">Take a filter away. The log itself is never empty: its first entry is the installation.</EmptyState>
        ) : (
          <Card title="Entries, newest first">
            {page.items.map((entry) => (
              <AuditEntryRow key={entry.seq} entry={entryView(entry, known, workspace.timeZone)} />
            ))}
            <nav className="mt-3 flex gap-3" aria-label="Pages of the log">
              {query.after === undefined ? null : <LinkButton href={`/audit${address({})}`}>Newest</LinkButton>}
              {page.next === null ? null : <LinkButton href={`/audit${address({ after: page.next })}`}>Older entries</LinkButton>}
            </nav>
          </Card>
        )}
      </div>
    </>
  );
}

function Integrity({ verdict, timeZone, verifyAll }: { verdict: ChainVerdict; timeZone: string; verifyAll: string }) {
  if (verdict.broken !== null) {
    return (
      <Callout tone="bad" role="alert" title={`The chain breaks at entry ${verdict.broken.seq}: ${verdict.broken.reason}.`}>
        Something changed the log outside of Switchyard. Compare with an export made earlier, and look at who can write to the database.{" "}
        <a href={`#entry-${verdict.broken.seq}`}>Go to the entry</a>
      </Callout>
    );
  }
  const to = verdict.verifiedTo;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm" data-testid="chain">
      <Status tone="ok">{to === null ? "Nothing to verify yet" : `Chain verified to ${formatInstant(to.at, timeZone)}`}</Status>
      {to === null ? null : (
        <span className="text-ink-2">
          entries {verdict.from} to {to.seq}, hash <code>{to.hash.slice(0, 12)}</code>
        </span>
      )}
      {verdict.from > 1 ? <Link href={`/audit${verifyAll}`}>Verify all entries</Link> : null}
    </p>
  );
}

function Filters({ values, projects }: { values: Record<string, string>; projects: { slug: string; name: string }[] }) {
  const active = FILTERS.some((name) => values[name] !== undefined);
  return (
    <details open={active} className="rounded-xl border border-line bg-panel px-4 py-2">
      <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">Filter{active ? "ed" : ""}</summary>
      <form action="/audit" method="get" data-audit-filter className="grid items-end gap-3 pt-2 pb-2 sm:grid-cols-2 lg:grid-cols-4">
        <LabeledInput name="actor" label="Who" hint="Name or id" defaultValue={values.actor} />
        <LabeledInput name="action" label="Action" hint="For example run. or run.approve" defaultValue={values.action} />
        <LabeledInput name="object" label="Object" hint="Name, type or id" defaultValue={values.object} />
        <Field label="Project" htmlFor="project" hint="Where it happened">
          <Select id="project" name="project" defaultValue={values.project ?? ""}>
            <option value="">All</option>
            {projects.map((project) => (
              <option key={project.slug} value={project.slug}>
                {project.name}
              </option>
            ))}
          </Select>
        </Field>
        <LabeledInput name="from" label="From" hint="Day or time, UTC" placeholder="2026-11-20" defaultValue={values.from} />
        <LabeledInput name="to" label="Before" hint="Day or time, UTC" placeholder="2026-11-21" defaultValue={values.to} />
        <LabeledInput name="run" label="Run" hint="Id of a run" defaultValue={values.run} />
        <div className="flex flex-wrap gap-2 pb-6">
          <Button type="submit" tone="primary">
            Show
          </Button>
          {active ? <LinkButton href="/audit">Clear</LinkButton> : null}
        </div>
      </form>
    </details>
  );
}
