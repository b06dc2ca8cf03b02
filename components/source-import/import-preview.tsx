import { Button } from "@/components/ui/button";
import { Badge, Callout, type Tone } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { formatDuration } from "@/lib/core/duration";

type Status = "new" | "changed" | "unchanged" | "returned" | "vanished";
type Planned = "create" | "update" | "replace" | "delete" | "forget";

/** A row of either import; what the other one has is missing. */
interface PreviewItem {
  status: Status;
  address: string;
  name: string;
  kind?: string;
  provider?: string | null;
  change?: Planned | null;
  planned?: { name: string; before: string | null; after: string | null }[];
  declared?: { key: string; name: string } | null;
  severity?: string;
  expr?: string;
  holdMs?: number;
}

/** What an import or its preview answers, as far as it is shown. */
export interface PreviewReport {
  applied: boolean;
  source: string;
  basis: string;
  counts: Record<Status, number> & { found: number } & Partial<Record<Planned, number>>;
  notes: string[];
  items: PreviewItem[];
}

const STATUS_WORDS: Record<Status, { text: string; tone: Tone }> = {
  new: { text: "new", tone: "ok" },
  changed: { text: "changed", tone: "info" },
  unchanged: { text: "unchanged", tone: "neutral" },
  returned: { text: "back again", tone: "ok" },
  vanished: { text: "gone", tone: "warn" },
};

/** What a Terraform plan will do, in words that do not sound as if Switchyard did it. */
export const PLANNED_WORDS: Record<string, { text: string; tone: Tone }> = {
  create: { text: "will be created", tone: "info" },
  update: { text: "will be updated", tone: "info" },
  replace: { text: "will be replaced", tone: "warn" },
  delete: { text: "will be deleted", tone: "warn" },
  forget: { text: "will be let go", tone: "neutral" },
};

const SHOWN = 200;
const ORDER: Status[] = ["vanished", "changed", "returned", "new", "unchanged"];

/** What an import would change, with the button that does exactly this. */
export function ImportPreview({ report, onImport }: { report: PreviewReport; onImport: () => void }) {
  const { counts } = report;
  const rules = report.items.some((item) => item.expr !== undefined);
  const items = ORDER.flatMap((status) => report.items.filter((item) => item.status === status));
  const changes = counts.new + counts.changed + counts.returned + counts.vanished;
  const planned = (["create", "update", "replace", "delete", "forget"] as const).filter((name) => (counts[name] ?? 0) > 0);
  return (
    <section aria-label="What would change" data-testid="import-preview" className="grid grid-cols-1 gap-3 rounded-lg border border-line p-3">
      <p className="num">
        <strong>{counts.found} found:</strong> {counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, {counts.returned} back again,{" "}
        {counts.vanished} gone. Source: {report.source}.
      </p>
      {planned.length === 0 ? null : (
        <p className="num">The Terraform plan: {planned.map((name) => `${counts[name]} ${PLANNED_WORDS[name]?.text ?? name}`).join(", ")}.</p>
      )}
      {report.notes.map((note) => (
        <Callout key={note} tone="info">
          {note}
        </Callout>
      ))}
      <div className="max-h-[32rem] overflow-y-auto">
        <Table
          caption="What would change"
          head={
            <tr>
              <Th>{rules ? "Rule" : "Resource"}</Th>
              <Th>Here</Th>
              {rules ? <Th>Severity</Th> : <Th className="max-sm:hidden">Kind</Th>}
              {rules ? <Th>Must hold</Th> : <Th className="max-sm:hidden">Provider</Th>}
              {rules ? null : <Th className="max-sm:hidden">Terraform</Th>}
            </tr>
          }
        >
          {items.slice(0, SHOWN).map((item) => (
            <PreviewRow key={`${item.status} ${item.address}`} item={item} rules={rules} />
          ))}
        </Table>
      </div>
      {items.length > SHOWN ? (
        <p className="text-sm text-ink-2">
          The first {SHOWN} of {items.length.toLocaleString("en-US")} are shown, what changes first. All of them are imported.
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button tone="primary" onClick={onImport}>
          {changes === 0 ? "Import again" : changes === 1 ? "Import 1 change" : `Import ${changes.toLocaleString("en-US")} changes`}
        </Button>
        {changes === 0 ? <p className="text-sm text-ink-2">Everything is there already.</p> : null}
      </div>
    </section>
  );
}

function PreviewRow({ item, rules }: { item: PreviewItem; rules: boolean }) {
  const status = STATUS_WORDS[item.status];
  const planned = item.change === null || item.change === undefined ? undefined : PLANNED_WORDS[item.change];
  return (
    <tr data-testid="preview-row">
      <RowTh>
        <span className="break-words">{item.name}</span>
        <code className="block text-xs font-normal break-all text-ink-2">{item.address}</code>
        {item.expr === undefined ? null : <code className="block text-xs font-normal break-all whitespace-pre-wrap text-ink-2">{item.expr}</code>}
        {item.declared ? (
          <span className="block text-xs font-normal text-ink-2">
            The plan&apos;s service &quot;{item.declared.name}&quot; has this name too. Both are kept.
          </span>
        ) : null}
      </RowTh>
      <Td>
        <Badge tone={status.tone}>{status.text}</Badge>
        {rules || planned === undefined ? null : (
          <span className="mt-1 block sm:hidden">
            <Planned item={item} />
          </span>
        )}
      </Td>
      {rules ? <Td>{item.severity || "–"}</Td> : <Td className="max-sm:hidden">{item.kind}</Td>}
      {rules ? (
        <Td className="whitespace-nowrap">{item.holdMs ? formatDuration(item.holdMs) : "–"}</Td>
      ) : (
        <Td className="max-sm:hidden">{item.provider ?? "–"}</Td>
      )}
      {rules ? null : (
        <Td className="max-sm:hidden">
          <Planned item={item} />
        </Td>
      )}
    </tr>
  );
}

function Planned({ item }: { item: PreviewItem }) {
  const planned = item.change === null || item.change === undefined ? undefined : PLANNED_WORDS[item.change];
  return (
    <>
      {planned === undefined ? "–" : <Badge tone={planned.tone}>{planned.text}</Badge>}
      {(item.planned ?? []).map((value) => (
        <span key={value.name} className="block text-xs break-words">
          {value.name}: {value.before ?? "none"} → {value.after ?? "none"}
        </span>
      ))}
    </>
  );
}
