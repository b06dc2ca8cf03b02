import Link from "next/link";
import { notFound } from "next/navigation";
import { inventoryHref } from "@/components/inventory/address";
import { deltaText, totalValue } from "@/components/inventory/figures";
import { hasFilters, InventoryFilters } from "@/components/inventory/inventory-filters";
import { InventoryTable, ROWS_PER_PAGE } from "@/components/inventory/inventory-table";
import { ResourcePanel } from "@/components/inventory/resource-panel";
import { LinkButton } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Card, CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { Callout } from "@/components/ui/status";
import { Figure, SourceChip, Value } from "@/components/ui/value";
import { NotFoundError } from "@/lib/core/errors";
import { formatInterval, subtractIntervals } from "@/lib/core/money";
import { type InventoryView, inventoryView, type Ref } from "@/lib/cost/inventory-view";
import { stepsAbout } from "@/lib/inventory/store";
import { type InventoryQuery, inventoryQuery } from "@/lib/inventory/types";
import { type Ctx, can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { ImportSection } from "./import-section";

export const metadata = { title: "Inventory" };

interface PageProps {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function InventoryPage({ params, searchParams }: PageProps) {
  const { slug } = await params;
  const ctx = await pageContext(`/projects/${slug}/inventory`);
  const search = Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => typeof value === "string" && value !== ""));
  const parsed = inventoryQuery.safeParse(search);
  const query = parsed.success ? parsed.data : inventoryQuery.parse({});
  const view = await inventoryView(ctx, slug, query).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const header = (
    <PageHeader
      above={<Link href={`/projects/${view.project.slug}`}>{view.project.name}</Link>}
      title="Inventory"
      answer={answer(view)}
      actions={
        <>
          {view.stacks.length > 0 && can(ctx, "inventory.edit") ? (
            <LinkButton href={`${inventoryHref(view.project.slug, query, { panel: "import" })}#import`}>Import file</LinkButton>
          ) : null}
          <LinkButton href={inventoryHref(view.project.slug, query, { open: undefined, panel: undefined, skip: undefined }, "inventory/csv")} prefetch={false}>
            Export CSV
          </LinkButton>
        </>
      }
    />
  );
  if (view.stacks.length === 0) return <NoStacks header={header} slug={view.project.slug} mayImport={can(ctx, "plan.import")} />;
  const open = query.open === undefined ? undefined : view.lines.find((line) => `${line.stack.key}/${line.resource.key}` === query.open);
  return (
    <>
      {header}
      <Totals view={view} />
      <ImportSection key={query.panel ?? ""} ctx={ctx} view={view} open={query.panel === "import" || view.all === 0} />
      <InventoryFilters view={view} query={query} />
      <div className={classNames("grid grid-cols-1 items-start gap-4", query.open !== undefined && "rail:grid-cols-[minmax(0,1fr)_22rem]")}>
        {query.open === undefined ? null : (
          <div className="min-w-0 rail:order-last">
            {open === undefined ? <PanelMissing view={view} query={query} /> : <OpenPanel ctx={ctx} view={view} query={query} line={open} />}
          </div>
        )}
        <div className="min-w-0">
          {view.lines.length === 0 ? (
            <NothingLeft view={view} query={query} />
          ) : (
            <Card>
              <InventoryTable view={view} query={query} now={ctx.now} />
              <MoreRows view={view} query={query} />
            </Card>
          )}
        </div>
      </div>
    </>
  );
}

function answer(view: InventoryView): string {
  const { from, to, totals, project } = view;
  if (from === null) return "No stack is marked as the one of today: the plan has to say what runs now.";
  const now =
    totals.now === null
      ? "at prices in several currencies"
      : `for ${formatInterval(totals.now.interval, project.currency)} a month${totals.now.unknown > 0 ? ` and ${totals.now.unknown} without a price` : ""}`;
  const head = `${totals.ofCurrent} services run on "${from.name}" ${now}; ${totals.moved === 0 ? "none has moved" : totals.moved === 1 ? "one has moved" : `${totals.moved} have moved`}.`;
  if (to === null || totals.now === null || totals.after === null) return `${head}${importedWords(view)}`;
  const delta = subtractIntervals(totals.after.interval, totals.now.interval);
  return `${head} "${to.name}" changes that by ${deltaText(delta, project.currency)}${totals.now.unknown + totals.after.unknown > 0 ? ", unpriced services aside" : ""}.${importedWords(view)}`;
}

function importedWords({ totals }: InventoryView): string {
  if (totals.imported + totals.gone === 0) return "";
  const gone = totals.gone === 0 ? "" : `, ${totals.gone} more ${totals.gone === 1 ? "is" : "are"} gone from there`;
  return ` Imports found ${totals.imported.toLocaleString("en-US")} ${totals.imported === 1 ? "resource" : "resources"}${gone}.`;
}

/** Links through a list that is longer than a page. */
function MoreRows({ view, query }: { view: InventoryView; query: InventoryQuery }) {
  const skip = query.skip ?? 0;
  const end = Math.min(skip + ROWS_PER_PAGE, view.lines.length);
  if (view.lines.length <= ROWS_PER_PAGE) return null;
  const href = (to: number) => inventoryHref(view.project.slug, query, { skip: to === 0 ? undefined : String(to) });
  return (
    <nav aria-label="Pages of the list" className="mt-3 flex flex-wrap items-center gap-3">
      <p className="num text-sm text-ink-2">
        {(skip + 1).toLocaleString("en-US")} to {end.toLocaleString("en-US")} of {view.lines.length.toLocaleString("en-US")}
      </p>
      {skip === 0 ? null : <LinkButton href={href(Math.max(0, skip - ROWS_PER_PAGE))}>Before</LinkButton>}
      {end === view.lines.length ? null : <LinkButton href={href(end)}>Next {Math.min(ROWS_PER_PAGE, view.lines.length - end)}</LinkButton>}
    </nav>
  );
}

function Totals({ view }: { view: InventoryView }) {
  const { totals, project, from, to } = view;
  return (
    <section aria-label="Totals" className="mb-4 grid grid-cols-2 gap-4 rounded-xl border border-line bg-panel p-4 sm:grid-cols-3 rail:grid-cols-5">
      <Figure
        label="Services shown"
        testId="total-services"
        note={totals.imported === 0 ? undefined : `and ${totals.imported.toLocaleString("en-US")} imported`}
      >
        {totals.services}
      </Figure>
      <Figure label="Moved" note={from === null ? undefined : `of ${from.name}`}>
        {totals.moved} / {totals.ofCurrent}
      </Figure>
      <Figure label="Cost now, per month" note={<SourceChip source="Planned" />} testId="total-now">
        <Value value={totalValue(totals.now, project.currency, from === null ? "no stack of today" : "several currencies")} />
      </Figure>
      <Figure label={to === null ? "Cost after" : `Cost after: ${to.name}`} note={<SourceChip source="Planned" />} testId="total-after">
        <Value value={totalValue(totals.after, project.currency, to === null ? "no other stack" : "several currencies")} />
      </Figure>
      <Figure label="Cost unknown" note={totals.unknown === 0 ? "every service has a price" : "services without an amount"}>
        {totals.unknown}
      </Figure>
    </section>
  );
}

async function OpenPanel({ ctx, view, query, line }: { ctx: Ctx; view: InventoryView; query: InventoryQuery; line: InventoryView["lines"][number] }) {
  const steps = await stepsAbout(ctx, view.project.id, [line.resource.name]);
  const neededBy: Ref[] = view.lines
    .filter((other) => other.stack.id === line.stack.id && other.resource.dependsOn.includes(line.resource.key))
    .map((other) => ({ stack: other.stack.key, key: other.resource.key, name: other.resource.name }));
  return <ResourcePanel line={line} view={view} query={query} now={ctx.now} neededBy={neededBy} steps={steps} />;
}

function PanelMissing({ view, query }: { view: InventoryView; query: InventoryQuery }) {
  return (
    <Callout tone="info" title="This service is not in the list below.">
      The filters hide it, or the plan no longer has it.{" "}
      <Link
        href={inventoryHref(view.project.slug, query, {
          open: query.open,
          stack: "all",
          kind: undefined,
          state: undefined,
          q: undefined,
          cost: undefined,
          owner: undefined,
          seen: undefined,
          origin: undefined,
        })}
      >
        Look in all stacks
      </Link>
    </Callout>
  );
}

/** Names the filter whose removal brings back most, as a link. */
function NothingLeft({ view, query }: { view: InventoryView; query: InventoryQuery }) {
  if (view.all === 0 || !hasFilters(query)) {
    return <EmptyState title="No services here">The chosen stacks declare no services. Add resources to them in the plan, or import them above.</EmptyState>;
  }
  const names = (["q", "kind", "state", "cost", "owner", "seen", "origin"] as const).filter((name) => query[name] !== undefined);
  return (
    <EmptyState
      title="The filters leave nothing"
      action={names.map((name) => (
        <LinkButton key={name} href={inventoryHref(view.project.slug, query, { [name]: undefined })}>
          Without {name === "q" ? `"${query.q}"` : `${name} = ${query[name]}`}
        </LinkButton>
      ))}
    >
      {view.all} services are hidden.
    </EmptyState>
  );
}

function NoStacks({ header, slug, mayImport }: { header: React.ReactNode; slug: string; mayImport: boolean }) {
  return (
    <>
      {header}
      <EmptyState
        title="No services yet"
        action={
          mayImport ? (
            <LinkButton tone="primary" href={`/projects/${slug}/plan?tab=change`}>
              Import a plan
            </LinkButton>
          ) : undefined
        }
      >
        <p>Services come from the stacks of the plan. Import it in the browser or in a terminal:</p>
        <div className="mt-2">
          <CommandLine>{`npm run switchyard -- import plan.yaml --project ${slug}`}</CommandLine>
        </div>
      </EmptyState>
    </>
  );
}
