import Link from "next/link";
import type { ReactNode } from "react";
import { inventoryHref } from "@/components/inventory/address";
import { deltaText, STATE_TONES, sideValue } from "@/components/inventory/figures";
import { PLANNED_WORDS } from "@/components/source-import/import-preview";
import { classNames } from "@/components/ui/class-names";
import { Badge } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { Value } from "@/components/ui/value";
import { formatAgo } from "@/lib/core/time";
import type { InventoryLine, InventoryView, Ref } from "@/lib/cost/inventory-view";
import type { InventoryQuery } from "@/lib/inventory/types";

interface TableProps {
  view: InventoryView;
  query: InventoryQuery;
  now: Date;
}

interface Group {
  name: string;
  /** Rows of this page. */
  lines: InventoryLine[];
  /** Rows of the group on all pages. */
  all: number;
}

/** Imports bring thousands of rows: a page shows this many. */
export const ROWS_PER_PAGE = 100;

/** Services in groups: one table from tablets on, so that columns line up; rows of two lines on phones. */
export function InventoryTable({ view, query, now }: TableProps) {
  const groups = pageOfGroups(groupsOf(view.lines, query.group), query.skip ?? 0);
  return (
    <>
      <Wide view={view} query={query} now={now} groups={groups} />
      <div className="grid grid-cols-1 gap-6 sm:hidden">
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name} className="min-w-0">
            <h2 className="mb-2 text-base">
              {group.name} <span className="font-normal text-ink-2">({group.all})</span>
            </h2>
            <Narrow view={view} query={query} group={group} now={now} />
          </section>
        ))}
      </div>
    </>
  );
}

function groupsOf(lines: readonly InventoryLine[], by: InventoryQuery["group"]): Group[] {
  const name = (line: InventoryLine) => {
    switch (by) {
      case "stack":
        return line.stack.name;
      case "kind":
        return line.resource.kind;
      case "state":
        return line.resource.state;
      case "provider":
        return line.resource.provider ?? "No provider given";
    }
  };
  const groups = new Map<string, InventoryLine[]>();
  for (const line of lines) groups.set(name(line), [...(groups.get(name(line)) ?? []), line]);
  return [...groups].map(([key, members]) => ({ name: key, lines: members, all: members.length }));
}

function pageOfGroups(groups: readonly Group[], skip: number): Group[] {
  let passed = 0;
  return groups.flatMap((group) => {
    const lines = group.lines.slice(Math.max(0, skip - passed), Math.max(0, skip + ROWS_PER_PAGE - passed));
    passed += group.all;
    return lines.length === 0 ? [] : [{ ...group, lines }];
  });
}

const openKey = (line: InventoryLine) => `${line.stack.key}/${line.resource.key}`;

function Wide({ view, query, now, groups }: TableProps & { groups: readonly Group[] }) {
  // Beside an open panel there is room for the columns that decide, not for all.
  const all = query.open === undefined;
  const columns = 7 + (all ? 2 : 0) + (query.group === "stack" ? 0 : 1);
  return (
    <Table
      hideOnPhone
      caption="Services with their cost before and after"
      head={
        <tr>
          <Th>Service</Th>
          <Th>Kind</Th>
          {all ? <Th className="max-rail:hidden">Provider</Th> : null}
          {query.group === "stack" ? null : <Th>Stack</Th>}
          <Th>Replaces / replaced by</Th>
          <Th>State</Th>
          <Th number>Now, per month</Th>
          <Th number>After, per month</Th>
          <Th number>Difference</Th>
          {all ? <Th className="max-rail:hidden">Last seen</Th> : null}
        </tr>
      }
    >
      {groups.map((group) => [
        <tr key={group.name}>
          <th scope="rowgroup" colSpan={columns} className="border-b border-line bg-panel-2 px-2 py-1.5 text-left font-semibold">
            {group.name} <span className="font-normal text-ink-2">({group.all})</span>
          </th>
        </tr>,
        ...group.lines.map((line) => <WideRow key={line.resource.id} line={line} view={view} query={query} now={now} all={all} />),
      ])}
    </Table>
  );
}

function WideRow({ line, view, query, now, all }: TableProps & { line: InventoryLine; all: boolean }) {
  const { resource } = line;
  const { currency, slug } = view.project;
  const open = query.open === openKey(line);
  const imported = resource.origin === "import";
  return (
    <tr className={classNames(open && "bg-accent-soft")}>
      <RowTh>
        <Link href={inventoryHref(slug, query, { open: openKey(line) })} scroll={false} aria-current={open ? "true" : undefined}>
          {resource.name}
        </Link>
        {resource.detail.optional ? <span className="ml-2 text-xs font-normal text-ink-2">optional</span> : null}
        <ImportMark line={line} />
      </RowTh>
      <Td>{resource.kind}</Td>
      {all ? <Td className="max-rail:hidden">{resource.provider ?? <None />}</Td> : null}
      {query.group === "stack" ? null : <Td title={line.stack.name}>{line.stack.key}</Td>}
      <Td>
        <Replacement line={line} />
      </Td>
      <Td>
        <StateBadge line={line} now={now} />
      </Td>
      <Td number>{imported ? <None /> : <Value value={sideValue(line.now, currency)} />}</Td>
      <Td number>{imported ? <None /> : <Value value={sideValue(line.after, currency)} />}</Td>
      <Td number>{line.delta === null ? <None /> : deltaText(line.delta, currency)}</Td>
      {all ? (
        <Td className="whitespace-nowrap max-rail:hidden">
          {resource.lastSeenAt === null ? <span className="text-ink-2">not watched</span> : formatAgo(resource.lastSeenAt, now)}
        </Td>
      ) : null}
    </tr>
  );
}

/** Where an imported resource comes from, and what the last Terraform plan will do with it. */
function ImportMark({ line: { resource } }: { line: InventoryLine }) {
  if (resource.origin !== "import") return null;
  const planned = resource.plannedChange === null ? undefined : PLANNED_WORDS[resource.plannedChange];
  return (
    <span className="block text-xs font-normal text-ink-2" data-testid="import-mark">
      <code className="break-all">
        {resource.source}: {resource.address}
      </code>
      {planned === undefined ? null : (
        <span className="mt-1 block">
          <Badge tone={planned.tone}>{planned.text}</Badge>
        </span>
      )}
    </span>
  );
}

function StateBadge({ line: { resource }, now }: { line: InventoryLine; now: Date }) {
  if (resource.goneAt === null) return <Badge tone={STATE_TONES[resource.state]}>{resource.state}</Badge>;
  return (
    <>
      <Badge tone="warn">gone</Badge>
      <span className="block text-xs text-ink-2">
        no longer in {resource.source}, {formatAgo(resource.goneAt, now)}
      </span>
    </>
  );
}

function Narrow({ view, query, group, now }: TableProps & { group: Group }) {
  const { currency } = view.project;
  return (
    <ul className="divide-y divide-line rounded-xl border border-line bg-panel">
      {group.lines.map((line) => (
        <li key={line.resource.id}>
          <Link
            href={inventoryHref(view.project.slug, query, { open: openKey(line) })}
            className="grid min-h-11 grid-cols-1 gap-1 px-3 py-2 text-ink no-underline"
          >
            <span className="flex items-center justify-between gap-3">
              <span className="min-w-0 break-words font-semibold">{line.resource.name}</span>
              <span className="shrink-0 text-right">
                <StateBadge line={line} now={now} />
              </span>
            </span>
            <ImportMark line={line} />
            <span className="flex items-baseline justify-between gap-3 text-sm text-ink-2">
              <span className="min-w-0 truncate">
                {query.group === "stack" ? line.resource.kind : line.stack.name}
                {line.stays ? ", stays" : line.replacedBy[0] === undefined ? "" : ` → ${line.replacedBy[0].name}`}
              </span>
              <span className="num shrink-0 text-ink">
                {line.resource.origin === "import" ? null : line.delta === null ? (
                  <Value value={sideValue(line.own, currency)} />
                ) : (
                  deltaText(line.delta, currency)
                )}
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function None(): ReactNode {
  return (
    <span className="text-ink-2" title="none">
      –
    </span>
  );
}

function Replacement({ line }: { line: InventoryLine }) {
  if (line.stays) return <span className="text-ink-2">stays</span>;
  const list = (refs: readonly Ref[]) => refs.map((ref) => ref.name).join(", ");
  if (line.replaces.length > 0) return <>replaces {list(line.replaces)}</>;
  if (line.replacedBy.length > 0) return <>→ {list(line.replacedBy)}</>;
  return <None />;
}
