import Link from "next/link";
import { notFound } from "next/navigation";
import { importPlanAction, previewPlanAction } from "@/app/(app)/projects/[slug]/plan/actions";
import { RestoreForm } from "@/app/(app)/projects/[slug]/plan/restore-form";
import { DifferenceView } from "@/components/plan/difference-view";
import { DraftList } from "@/components/plan/draft-list";
import { FindingList } from "@/components/plan/finding-list";
import { ImportForm } from "@/components/plan/import-form";
import { ReviseButton } from "@/components/plan/revise-button";
import { SourceView } from "@/components/plan/source-view";
import { UndoPlanImport } from "@/components/plan/undo-plan-import";
import { LinkButton } from "@/components/ui/button";
import { Card, CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { Badge, Callout } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { LinkTabs } from "@/components/ui/tabs";
import { NotFoundError } from "@/lib/core/errors";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { repairText } from "@/lib/document/text/repair";
import { projectRef } from "@/lib/inventory/store";
import type { ProjectRef } from "@/lib/inventory/types";
import type { Finding } from "@/lib/plan/checks/types";
import { diffPlans } from "@/lib/plan/diff";
import { listDrafts } from "@/lib/plan/drafts";
import { previewUndo } from "@/lib/plan/undo-plan-import";
import { planFindings, planVersion, planVersions, type StoredPlan, type VersionRow } from "@/lib/plan/versions";
import { type Ctx, can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata = { title: "Plan" };

const TABS = ["findings", "source", "versions", "change"] as const;
type Tab = (typeof TABS)[number];

interface PageProps {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function PlanPage({ params, searchParams }: PageProps) {
  const { slug } = await params;
  const search = await searchParams;
  const ctx = await pageContext(`/projects/${slug}/plan`);
  const project = await known(ctx, slug);
  const mayImport = can(ctx, "plan.import");
  const tab = TABS.find((name) => name === search.tab && (name !== "change" || mayImport)) ?? "findings";
  if (project.planVersion === null) return <NoPlan project={project} mayImport={mayImport} />;
  const [current, findings, versions, workspace, undo, drafts] = await Promise.all([
    planVersion(ctx, project.slug, project.planVersion),
    planFindings(ctx, project.slug),
    planVersions(ctx, project.slug),
    readWorkspace(ctx.db),
    mayImport ? previewUndo(ctx, project.slug) : null,
    mayImport ? listDrafts(ctx, project.slug) : [],
  ]);
  const base = `/projects/${project.slug}/plan`;
  return (
    <>
      <PageHeader
        above={<Link href={`/projects/${project.slug}`}>{project.name}</Link>}
        title="Plan"
        answer={answer(current, findings, ctx.now)}
        actions={
          <>
            <LinkButton href={`${base}/download`} prefetch={false}>
              Download YAML
            </LinkButton>
            {current.format === "markdown" ? (
              <LinkButton href={`${base}/download?version=${current.number}`} prefetch={false}>
                Download document
              </LinkButton>
            ) : null}
            {undo === null ? null : <UndoPlanImport undo={undo} />}
            {mayImport && current.format === "markdown" ? <ReviseButton slug={project.slug} /> : null}
            {mayImport ? (
              <LinkButton tone="primary" href={`${base}?tab=change`}>
                Change the plan
              </LinkButton>
            ) : null}
          </>
        }
      />
      <LinkTabs
        label="Parts of the plan"
        tabs={[
          { href: base, text: `Findings (${findings.length})`, current: tab === "findings" },
          { href: `${base}?tab=source`, text: "Source", current: tab === "source" },
          { href: `${base}?tab=versions`, text: `Versions (${versions.length})`, current: tab === "versions" },
          ...(mayImport ? [{ href: `${base}?tab=change`, text: "Change", current: tab === "change" }] : []),
        ]}
      />
      {drafts.length === 0 ? null : (
        <Card title="Documents under review" className="mb-4">
          <DraftList drafts={drafts} now={ctx.now} />
        </Card>
      )}
      <TabBody
        tab={tab}
        base={base}
        ctx={ctx}
        current={current}
        findings={findings}
        versions={versions}
        zone={workspace.timeZone}
        compare={search.compare}
        slug={project.slug}
      />
    </>
  );
}

interface TabProps {
  tab: Tab;
  base: string;
  slug: string;
  ctx: Ctx;
  current: StoredPlan;
  findings: Finding[];
  versions: VersionRow[];
  zone: string;
  compare: string | string[] | undefined;
}

async function TabBody({ tab, base, slug, ctx, current, findings, versions, zone, compare }: TabProps) {
  switch (tab) {
    case "findings":
      return findings.length === 0 ? (
        <EmptyState title="The checks have nothing to note">
          Totals are the sums of their rows, triggers can be afforded, and every rollback condition has a number. Findings appear here after each import.
        </EmptyState>
      ) : (
        <Card title="What the checks noticed">
          <FindingList findings={findings} lineHref={(line) => `${base}?tab=source#L${line}`} />
        </Card>
      );
    case "source":
      return (
        <SourceView
          text={current.format === "markdown" ? repairText(current.source).text : current.source}
          marked={new Set(findings.flatMap((finding) => finding.lines))}
        />
      );
    case "versions":
      return (
        <div className="grid gap-4">
          <Comparison ctx={ctx} slug={slug} current={current} compare={compare} />
          <Versions base={base} slug={slug} versions={versions} current={current} zone={zone} mayImport={can(ctx, "plan.import")} />
        </div>
      );
    case "change":
      return (
        <Card title="Change the plan">
          <ImportForm slug={slug} initial={current.format === "yaml" ? current.source : ""} preview={previewPlanAction} apply={importPlanAction} />
        </Card>
      );
  }
}

function answer(current: StoredPlan, findings: Finding[], now: Date): string {
  const count = (level: string) => findings.filter((finding) => finding.level === level).length;
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const verdict =
    findings.length === 0
      ? "the checks have nothing to note"
      : `the checks note ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")} and ${plural(count("info"), "remark")}`;
  const { stacks, triggers, migrations } = current.plan;
  const corrections =
    current.edits.length === 0 ? "" : ` ${plural(current.edits.length, "correction")} made by hand ${current.edits.length === 1 ? "is" : "are"} in it.`;
  return `Version ${current.number}, applied ${formatAgo(current.createdAt, now)}: ${verdict}. It declares ${plural(stacks.length, "stack")}, ${plural(triggers.length, "trigger")} and ${plural(migrations.length, "migration")}.${corrections}`;
}

async function known(ctx: Ctx, slug: string): Promise<ProjectRef> {
  try {
    return await projectRef(ctx, slug);
  } catch (error) {
    if (error instanceof NotFoundError) notFound();
    throw error;
  }
}

function NoPlan({ project, mayImport }: { project: ProjectRef; mayImport: boolean }) {
  return (
    <>
      <PageHeader
        above={<Link href={`/projects/${project.slug}`}>{project.name}</Link>}
        title="Plan"
        answer="This project has no plan yet: import one, and its stacks, prices, triggers and migrations appear."
      />
      {mayImport ? (
        <Card title="Import a plan">
          <ImportForm slug={project.slug} initial="" preview={previewPlanAction} apply={importPlanAction} />
        </Card>
      ) : (
        <EmptyState title="No plan yet">
          <p>An operator imports it here or in a terminal:</p>
          <div className="mt-2">
            <CommandLine>{`npm run switchyard -- import plan.yaml --project ${project.slug}`}</CommandLine>
          </div>
        </EmptyState>
      )}
    </>
  );
}

async function Comparison({ ctx, slug, current, compare }: { ctx: Ctx; slug: string; current: StoredPlan; compare: string | string[] | undefined }) {
  const number = Number(compare);
  if (typeof compare !== "string" || !Number.isInteger(number) || number < 1 || number === current.number) return null;
  const former = await planVersion(ctx, slug, number).catch(() => null);
  if (former === null) return <Callout tone="warn" title={`There is no version ${number}.`} />;
  return (
    <Card title={`From version ${Math.min(number, current.number)} to version ${Math.max(number, current.number)}`}>
      <DifferenceView difference={number < current.number ? diffPlans(former.plan, current.plan) : diffPlans(current.plan, former.plan)} />
    </Card>
  );
}

function Versions({
  base,
  slug,
  versions,
  current,
  zone,
  mayImport,
}: {
  base: string;
  slug: string;
  versions: VersionRow[];
  current: StoredPlan;
  zone: string;
  mayImport: boolean;
}) {
  return (
    <Card title="Versions">
      <Table
        caption="Versions of the plan, newest first"
        head={
          <tr>
            <Th>Version</Th>
            <Th>Applied</Th>
            <Th className="max-sm:hidden">By</Th>
            <Th className="max-sm:hidden">Note</Th>
            <Th number>Findings</Th>
            <Th>Actions</Th>
          </tr>
        }
      >
        {versions.map((version) => (
          <tr key={version.id}>
            <RowTh className="whitespace-nowrap">
              {version.number} {version.current ? <Badge tone="ok">current</Badge> : null}
            </RowTh>
            <Td>{formatInstant(version.createdAt, zone)}</Td>
            <Td className="max-sm:hidden">{version.createdBy ?? "command line"}</Td>
            <Td className="max-sm:hidden">{version.note === "" ? <span className="text-ink-2">none</span> : version.note}</Td>
            <Td number>{version.findings}</Td>
            <Td>
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <a href={`${base}/download?version=${version.number}`}>Download</a>
                {version.current ? null : <Link href={`${base}?tab=versions&compare=${version.number}`}>Difference</Link>}
                {version.current || !mayImport ? null : <RestoreForm slug={slug} number={version.number} current={current.number} />}
              </div>
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
