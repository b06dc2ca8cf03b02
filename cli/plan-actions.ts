import path from "node:path";
import type { Finding } from "@/lib/plan/checks/types";
import type { PlanDifference } from "@/lib/plan/diff";
import { type SourceReport, sourceReport } from "@/lib/plan/document-report";
import { exportPlan } from "@/lib/plan/export-plan";
import { importPlan, previewImport } from "@/lib/plan/import-plan";
import { readSource } from "@/lib/plan/read-source";
import { withContext } from "./database";
import { clean, EXIT, print, printJson, table } from "./output";
import { fileText } from "./read-file";

/** Reads and checks a plan, prints what was found and gives the exit code. */
export async function check(file: string, json: boolean): Promise<number> {
  const read = await readSource(await fileText(file), { name: file === "-" ? "" : path.basename(file) });
  if (!read.ok) {
    if (json) printJson({ error: "unreadable", issues: read.issues });
    else {
      for (const issue of read.issues)
        print(`${file}:${issue.line ?? 1}:${issue.column ?? 1}: ${clean(issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`)}`);
      const places = `${read.issues.length} ${read.issues.length === 1 ? "place" : "places"} to correct`;
      process.stderr.write(`The ${read.format === "yaml" ? "plan" : "document"} could not be read: ${places}.\n`);
    }
    return EXIT.unreadable;
  }
  const report = sourceReport(read);
  if (json) printJson(report);
  else showReport(report, read.plan, file);
  return report.findings.some((finding) => finding.level === "error") ? EXIT.no : EXIT.ok;
}

function showReport(report: SourceReport, plan: { metrics: unknown[] }, file: string): void {
  print(`${clean(report.project.name)} (${report.project.slug})`);
  if (report.encoding) {
    const { kind, linesAffected, linesNotRestorable } = report.encoding;
    print(
      `Its signs were damaged (${kind}) and repaired on ${linesAffected} lines${linesNotRestorable === 0 ? "" : `; on ${linesNotRestorable} of them some are lost`}.`,
    );
  }
  print();
  const amount = (total: { min: string; max: string | null; currency: string }) =>
    `${total.max === total.min ? total.min : total.max === null ? `${total.min} or more` : `${total.min} to ${total.max}`} ${total.currency}/month`;
  for (const line of table(
    ["stack", "role", "services", "cost as the rows add up", "without amount"],
    report.stacks.map((stack) => [
      stack.key,
      stack.role,
      String(stack.lineItems.length),
      amount(stack.computedTotal),
      stack.computedTotal.unknown.join(", ") || "-",
    ]),
  ))
    print(line);
  print();
  const steps = report.migrations.flatMap((migration) => (migration.phases as { steps: unknown[] }[]).flatMap((phase) => phase.steps)).length;
  print(
    `${plan.metrics.length} metrics, ${report.triggers.length} conditions, ${report.migrations.length} migrations with ${steps} steps, ${report.monitors.length} monitors, ${report.backups.length} backups.`,
  );
  const other = report.otherPrices.length;
  if (other > 0) print(`${other} ${other === 1 ? "price belongs" : "prices belong"} to no stack.`);
  showFindings(report.findings, file);
}

/** Findings, errors first, with the lines they rest on. */
function showFindings(findings: readonly Finding[], file: string): void {
  print();
  if (findings.length === 0) {
    print("Nothing to note.");
    return;
  }
  for (const finding of findings) {
    print(`${finding.level.padEnd(7)}  ${file}:${finding.lines[0] ?? 1}  ${clean(finding.message)}  [${finding.code}]`);
    if (finding.hint !== null) print(`         ${clean(finding.hint)}`);
  }
  const count = (level: string) => findings.filter((finding) => finding.level === level).length;
  print();
  print(`${count("error")} errors, ${count("warning")} warnings, ${count("info")} remarks.`);
}

/** Options of `import`. */
export interface ImportOptions {
  project?: string;
  ifMatch?: string;
  note?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** Creates or updates a project from a file and prints what changed. */
export async function importFile(file: string, options: ImportOptions, demo: boolean): Promise<void> {
  const source = await fileText(file);
  await withContext(demo, async (ctx, place) => {
    const fileName = file === "-" ? "" : path.basename(file);
    const input = { source, fileName, slug: options.project, ifMatch: options.ifMatch, note: options.note ?? "" };
    const dry = options.dryRun === true;
    const result = dry ? { ...(await previewImport(ctx, input)), applied: false } : await importPlan(ctx, input);
    if (options.json === true) return printJson(result);
    showDifference(result.difference);
    if (result.corrections > 0)
      print(`${result.corrections} ${result.corrections === 1 ? "correction" : "corrections"} made by hand ${dry ? "would stay" : "stay"}.`);
    for (const lost of result.lost) print(clean(`A correction no longer finds its entry: ${lost.label || lost.id}`));
    print();
    if (dry)
      print(
        `Nothing was written. ${result.created ? `"${result.slug}" would be new` : `"${result.slug}" is at version ${result.version}`}. Leave out --dry-run to apply.`,
      );
    else if (!result.applied) print(`"${result.slug}" already stands on this text (version ${result.version}): nothing was written.`);
    else print(`${result.created ? "Created" : "Updated"} "${result.slug}": plan version ${result.version}, ${result.findings.length} findings.`);
    if (!dry && place.webUrl !== null) print(`Look at it: ${place.webUrl}/projects/${result.slug}/plan`);
  });
}

const SIGN = { added: "+", removed: "-", changed: "~" } as const;
const SHOWN = 60;

/** Differences as lines: `+ resource cache`, `~ trigger many-users  value 1000 → 2000`. */
function showDifference(difference: PlanDifference): void {
  for (const change of difference.changes.slice(0, SHOWN)) {
    const fields = change.fields.slice(0, 3).map((field) => `${field.field} ${short(field.before)} → ${short(field.after)}`);
    const more = change.fields.length > 3 ? ` and ${change.fields.length - 3} more` : "";
    print(
      clean(
        `${SIGN[change.kind]} ${change.entity} ${change.key}${fields.length === 0 ? "" : `  ${fields.join(", ")}${more}`}${change.effect === "" ? "" : `  (${change.effect})`}`,
      ),
    );
  }
  if (difference.changes.length > SHOWN) print(`… and ${difference.changes.length - SHOWN} more`);
  print(`${difference.added} added, ${difference.changed} changed, ${difference.removed} removed.`);
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Prints the plan of a project. */
export async function exportTo(slug: string, format: string, demo: boolean): Promise<void> {
  await withContext(demo, async (ctx) => {
    process.stdout.write((await exportPlan(ctx, slug, format)).text);
  });
}
