import { sha256 } from "@/lib/core/canonical";
import { NotFoundError, RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { importInput } from "@/lib/inventory/import-input";
import { importedKey } from "@/lib/inventory/import-table";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { compareRows, countRows, type RowCounts, type RowStatus, type StoredRow } from "@/lib/service/source-changes";
import {
  type ImportTable,
  latestImport,
  listSourceImports,
  otherSourceAdvice,
  requireBasis,
  type SourceImportView,
  type UndoneImport,
  undoSourceImport,
  type WritableRow,
  writeImport,
} from "@/lib/service/source-import";
import { type FoundRule, readRules } from "./read-rules";

const RULE_IMPORTS: ImportTable = {
  kind: "rules",
  table: "alert_rule",
  columns: { name: "text", expr: "text", hold_ms: "bigint", severity: "text", text: "text", action: "text" },
  fixed: ["project_id", "origin", "source"],
};
const DEFAULT_SOURCE = "prometheus";

export interface RuleItem {
  status: RowStatus;
  address: string;
  name: string;
  severity: string;
  expr: string;
  holdMs: number;
  text: string;
}

export interface RulesImport {
  /** Id of the import; null when nothing was written. */
  import: string | null;
  applied: boolean;
  dryRun: boolean;
  source: string;
  format: "prometheus-rules";
  fileName: string;
  /** The newest import of the source before this one, or "none": send it back to apply exactly what a preview showed. */
  basis: string;
  counts: RowCounts & { found: number };
  /** Names of recording rules, which are not imported. */
  recording: string[];
  notes: string[];
  items: RuleItem[];
}

/**
 * Imports the alerting rules of a Prometheus rule file into a project, or shows what that would do (`dryRun`). A rule
 * is known by source, group, name and severity: the same file again changes nothing, rules it no longer has are marked
 * as gone. The plan's own rules are never touched. One transaction, with audit entry.
 * @throws InvalidInputError, NotFoundError, ConflictError with a stale `basis`, RefusedError for what looks like
 * another file under the same source name.
 */
export async function importRules(ctx: Ctx, raw: unknown): Promise<RulesImport> {
  requirePermission(ctx, "trigger.edit");
  const input = parseInput(importInput, raw);
  const read = readRules(input.text);
  const source = input.source ?? DEFAULT_SOURCE;
  return inTransaction(ctx.db, async (tx) => {
    const project = await firstRow<{ id: string }>(tx, "SELECT id FROM project WHERE (slug = $1 OR id = $1) AND archived_at IS NULL FOR UPDATE", [
      input.project,
    ]);
    if (project === null) throw new NotFoundError(`The project "${input.project}"`);
    const before = await latestImport(tx, { kind: "rules", projectId: project.id, stackId: null, source });
    requireBasis(input.basis, before, source);
    const changes = compareRows(
      await storedRules(tx, project.id, source),
      read.rules.map((rule) => ruleRow(rule, source)),
    );
    const advice = otherSourceAdvice(before, null, changes, { named: input.source, source });
    if (advice !== null && !input.dryRun) throw new RefusedError(advice, [], { source });
    const notes = advice === null ? read.notes : [advice, ...read.notes];
    const counts = { found: read.rules.length, ...countRows(changes) };
    const result: RulesImport = {
      import: null,
      applied: false,
      dryRun: input.dryRun,
      source,
      format: "prometheus-rules",
      fileName: input.fileName,
      basis: before?.id ?? "none",
      counts,
      recording: read.recording,
      notes,
      items: changes.map(({ status, found, stored }): RuleItem => ({ status, ...itemOf(found?.rule ?? stored) })),
    };
    if (input.dryRun || (counts.unchanged === changes.length && before !== null)) return result;
    const hash = sha256(input.text);
    const record = {
      projectId: project.id,
      stackId: null,
      source,
      format: result.format,
      fileName: input.fileName,
      sha256: hash,
      lineage: null,
      notes: read.notes,
    };
    const id = await writeImport(tx, ctx, RULE_IMPORTS, record, { project_id: project.id, origin: "import", source }, changes);
    await writeAudit(tx, ctx, {
      action: "rules.import",
      object: { type: "import", id, name: input.fileName },
      projectId: project.id,
      after: { source, format: result.format, ...countRows(changes), sha256: hash },
    });
    return { ...result, import: id, applied: true };
  });
}

type Stored = StoredRow & Omit<RuleItem, "status">;

function storedRules(tx: Tx, projectId: string, source: string): Promise<Stored[]> {
  return rows<Stored>(
    tx,
    `SELECT id, address, name, severity, expr, hold_ms AS "holdMs", text, gone_at IS NOT NULL AS gone,
            jsonb_build_object('name', name, 'expr', expr, 'hold_ms', hold_ms, 'severity', severity, 'text', text, 'action', action) AS content
       FROM alert_rule WHERE project_id = $1 AND source = $2 AND origin = 'import' AND removed_at IS NULL`,
    [projectId, source],
  );
}

function ruleRow(rule: FoundRule, source: string): WritableRow & { rule: FoundRule } {
  const content = { name: rule.name, expr: rule.expr, hold_ms: rule.holdMs, severity: rule.severity, text: rule.text, action: rule.action };
  return { rule, address: rule.address, previousAddress: null, key: importedKey(source, rule.address), content, columns: content };
}

function itemOf(rule: Omit<RuleItem, "status"> | null): Omit<RuleItem, "status"> {
  return {
    address: rule?.address ?? "",
    name: rule?.name ?? "",
    severity: rule?.severity ?? "",
    expr: rule?.expr ?? "",
    holdMs: rule?.holdMs ?? 0,
    text: rule?.text ?? "",
  };
}

/**
 * Takes an import of rules back whole; only the newest of a source. Input: `{project: slug or id, import: id}`.
 * @throws NotFoundError, RefusedError
 */
export function undoRulesImport(ctx: Ctx, raw: unknown): Promise<UndoneImport> {
  return undoSourceImport(ctx, raw, { table: RULE_IMPORTS, permission: "trigger.edit" });
}

/** Imports of rules of a project, newest first. @throws NotFoundError */
export async function listRulesImports(
  ctx: Ctx,
  project: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: SourceImportView[]; next: string | null }> {
  requirePermission(ctx, "workspace.read");
  const found = await firstRow<{ id: string }>(ctx.db.pool, "SELECT id FROM project WHERE (slug = $1 OR id = $1) AND archived_at IS NULL", [project]);
  if (found === null) throw new NotFoundError(`The project "${project}"`);
  return listSourceImports(ctx, found.id, "rules", page);
}
