import Link from "next/link";
import { inventoryHref } from "@/components/inventory/address";
import { STATE_TONES, sideValue } from "@/components/inventory/figures";
import { None } from "@/components/inventory/inventory-table";
import { PLANNED_WORDS } from "@/components/source-import/import-preview";
import { Facts } from "@/components/ui/layout";
import { Badge } from "@/components/ui/status";
import { SourceChip, Value } from "@/components/ui/value";
import { formatAgo } from "@/lib/core/time";
import type { InventoryLine, InventoryView, Ref } from "@/lib/cost/inventory-view";
import type { InventoryQuery } from "@/lib/inventory/types";

interface PanelProps {
  line: InventoryLine;
  view: InventoryView;
  query: InventoryQuery;
  now: Date;
  /** Keys of services of the same stack that need this one. */
  neededBy: readonly Ref[];
  steps: readonly { migration: string; migrationKey: string; step: string }[];
}

/** Everything known about one service, beside the list; closing it goes back to the same list. */
export function ResourcePanel({ line, view, query, now, neededBy, steps }: PanelProps) {
  const { resource, stack } = line;
  const { detail } = resource;
  const { slug, currency } = view.project;
  const imported = resource.origin === "import";
  const back = inventoryHref(slug, query, { open: undefined });
  return (
    <aside
      aria-labelledby="panel-title"
      data-testid="resource-panel"
      className="rounded-xl border border-line-strong bg-panel p-4 shadow-(--shadow) rail:sticky rail:top-4 rail:max-h-[calc(100dvh-6rem)] rail:overflow-auto"
    >
      <div className="mb-3 flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 id="panel-title" className="break-words">
            {resource.name}
          </h2>
          <p className="text-sm text-ink-2">
            {resource.kind} in {stack.name}
          </p>
        </div>
        <Link href={back} scroll={false} className="min-h-9 shrink-0 content-center px-2 font-semibold max-rail:min-h-11">
          Close
        </Link>
      </div>
      <Facts
        className="grid-cols-[minmax(0,2fr)_minmax(0,3fr)]! max-sm:grid-cols-1! [&_dt]:min-w-0 [&_dt]:break-words"
        items={[
          {
            name: "State",
            value:
              resource.goneAt === null ? (
                <Badge tone={STATE_TONES[resource.state]}>{resource.state}</Badge>
              ) : (
                <Badge tone="warn">gone {formatAgo(resource.goneAt, now)}</Badge>
              ),
          },
          ...importFacts(line, slug, query),
          ...(detail.stateText === undefined ? [] : [{ name: "In words", value: detail.stateText }]),
          ...(imported
            ? []
            : [
                {
                  name: "Planned cost",
                  value: (
                    <span className="inline-flex flex-wrap items-center gap-2">
                      <Value value={sideValue(line.own, currency)} /> per month <SourceChip source="Planned" />
                    </span>
                  ),
                },
              ]),
          { name: "Provider", value: resource.provider ?? <None /> },
          ...(imported ? [] : [{ name: "Owner", value: resource.owner ?? <span className="text-ink-2">nobody named in the plan</span> }]),
          { name: "Last seen", value: resource.lastSeenAt === null ? <span className="text-ink-2">not watched</span> : formatAgo(resource.lastSeenAt, now) },
          ...(imported
            ? []
            : [
                { name: "Replaces", value: <RefList refs={line.replaces} slug={slug} query={query} /> },
                { name: "Replaced by", value: <RefList refs={line.replacedBy} slug={slug} query={query} /> },
              ]),
          {
            name: "Needs",
            value: resource.dependsOn.length === 0 ? <None /> : <RefList refs={refsOf(view, stack.key, resource.dependsOn)} slug={slug} query={query} />,
          },
          { name: "Needed by", value: <RefList refs={neededBy} slug={slug} query={query} /> },
          ...specification(detail, imported),
          {
            name: "Came from",
            value: resource.origin === "plan" ? "the plan" : resource.origin === "import" ? `an import of "${resource.source}"` : resource.origin,
          },
          ...(detail.note === undefined ? [] : [{ name: "Note", value: detail.note }]),
        ]}
      />
      {steps.length === 0 ? null : (
        <div className="mt-4">
          <h3 className="mb-1 text-sm font-semibold">Steps that name it</h3>
          <ul className="list-disc pl-5 text-sm">
            {steps.map((step) => (
              <li key={`${step.migrationKey} ${step.step}`}>
                {step.step} (<Link href={`/projects/${slug}/migrations/${step.migrationKey}`}>{step.migration}</Link>)
              </li>
            ))}
          </ul>
        </div>
      )}
    </aside>
  );
}

/** What only imported resources have: address, what Terraform will do, the plan's service of the same name. */
function importFacts({ resource, declared }: InventoryLine, slug: string, query: InventoryQuery) {
  if (resource.origin !== "import") return [];
  const planned = resource.plannedChange === null ? undefined : PLANNED_WORDS[resource.plannedChange];
  return [
    { name: "Address", value: <code className="break-all">{resource.address}</code> },
    ...(planned === undefined ? [] : [{ name: "Terraform", value: <Badge tone={planned.tone}>{planned.text}</Badge> }]),
    ...(resource.detail.planned ?? []).map((value) => ({
      name: `… ${value.name.replaceAll("_", " ")}`,
      value: `${value.before ?? "none"} → ${value.after ?? "none"}`,
    })),
    ...(declared === null
      ? []
      : [
          {
            name: "Same name",
            value: (
              <>
                <RefList refs={[declared]} slug={slug} query={query} />
                <span className="block text-ink-2">of the plan; whether it is the same thing is not known</span>
              </>
            ),
          },
        ]),
  ];
}

function specification(detail: InventoryLine["resource"]["detail"], imported: boolean) {
  const items: { name: string; value: string }[] = Object.entries(detail.values).map(([name, value]) => ({
    // Names of a provider's schema are long words: blanks let them break.
    name: imported ? name.replaceAll("_", " ") : name,
    value: Array.isArray(value) ? value.join(", ") : String(value),
  }));
  if (detail.count !== undefined) items.push({ name: "Count", value: String(detail.count) });
  if (detail.autoscale !== undefined) items.push({ name: "Scales", value: `${detail.autoscale.min} to ${detail.autoscale.max}` });
  if (detail.memoryMb !== undefined) items.push({ name: "Memory", value: `${detail.memoryMb} MB` });
  if (detail.diskGb !== undefined) items.push({ name: "Disk", value: `${detail.diskGb} GB` });
  if (detail.ports.length > 0) items.push({ name: "Ports", value: detail.ports.join(", ") });
  if (detail.host !== undefined) items.push({ name: "Runs on", value: detail.host });
  return items;
}

function refsOf(view: InventoryView, stack: string, keys: readonly string[]): Ref[] {
  return keys.map((key) => ({ stack, key, name: view.lines.find((line) => line.stack.key === stack && line.resource.key === key)?.resource.name ?? key }));
}

function RefList({ refs, slug, query }: { refs: readonly Ref[]; slug: string; query: InventoryQuery }) {
  if (refs.length === 0) return <None />;
  return (
    <>
      {refs.map((ref, index) => (
        <span key={`${ref.stack}/${ref.key}`}>
          {index === 0 ? "" : ", "}
          <Link href={inventoryHref(slug, query, { open: `${ref.stack}/${ref.key}` })} scroll={false}>
            {ref.name}
          </Link>
        </span>
      ))}
    </>
  );
}
