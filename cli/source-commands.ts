import path from "node:path";
import type { Command } from "commander";
import { importRules } from "@/lib/alert/import-rules";
import { formatDuration } from "@/lib/core/duration";
import { AppError } from "@/lib/core/errors";
import { importInventory } from "@/lib/inventory/import-source";
import { MAX_SOURCE_BYTES, MAX_YAML_BYTES } from "@/lib/inventory/sources/limits";
import { sourceText } from "@/lib/inventory/sources/source-text";
import { withContext } from "./database";
import { CliError, clean, EXIT, print, printJson, table } from "./output";
import { fileBytes } from "./read-file";

interface Options {
  project: string;
  source?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** What both imports tell. */
interface Report {
  import: string | null;
  applied: boolean;
  source: string;
  format: string;
  counts: { found: number; new: number; changed: number; unchanged: number; returned: number; vanished: number };
  notes: string[];
}

const SOURCE = ["--source <name>", "name of the source, where a project has several of a kind (its own name or kind when absent)"] as const;
const SHOWN = 60;
const SIGN: Record<string, string> = { new: "+", changed: "~", returned: "^", vanished: "-" };

/** `inventory`, `rules`: infrastructure as code and rule files. */
export function addSourceCommands(program: Command): void {
  program
    .command("inventory <file>")
    .description("import a Terraform state, `terraform show -json` or Compose file into a stack; the same file again changes nothing")
    .requiredOption("--project <slug>")
    .requiredOption("--stack <key>")
    .option(...SOURCE)
    .option("--dry-run", "read and compare, write nothing")
    .option("--json", "the result as JSON")
    .action(async (file: string, options: Options & { stack: string }, command: Command) => {
      const text = await textOf(file, MAX_SOURCE_BYTES);
      await withContext(command.optsWithGlobals<{ demo?: boolean }>().demo === true, async (ctx, place) => {
        const result = await importInventory(ctx, { ...inputOf(file, text, options), stack: options.stack });
        if (options.json === true) return printJson(result);
        const items = result.items.filter((item) => item.status !== "unchanged" || item.change !== null);
        showItems(items, ["", "address", "name", "kind", "provider", "planned"], (item) => [
          item.address,
          item.name,
          item.kind,
          item.provider ?? "-",
          item.change ?? "-",
        ]);
        const { create, update, replace, delete: remove, forget } = result.counts;
        const planned = create + update + replace + remove + forget;
        if (planned > 0) print(`The plan creates ${create}, updates ${update}, replaces ${replace}, deletes ${remove}, forgets ${forget}.`);
        showEnd(result, options, "inventory", place.webUrl);
      });
    });
  program
    .command("rules <file>")
    .description("import the alerting rules of a Prometheus rule file; the same file again changes nothing")
    .requiredOption("--project <slug>")
    .option(...SOURCE)
    .option("--dry-run", "read and compare, write nothing")
    .option("--json", "the result as JSON")
    .action(async (file: string, options: Options, command: Command) => {
      const text = await textOf(file, MAX_YAML_BYTES);
      await withContext(command.optsWithGlobals<{ demo?: boolean }>().demo === true, async (ctx, place) => {
        const result = await importRules(ctx, inputOf(file, text, options));
        if (options.json === true) return printJson(result);
        const items = result.items.filter((item) => item.status !== "unchanged");
        showItems(items, ["", "rule", "severity", "must hold", "expression"], (item) => [
          item.address,
          item.severity || "-",
          item.holdMs === 0 ? "-" : formatDuration(item.holdMs),
          item.expr,
        ]);
        showEnd(result, options, "rules", place.webUrl);
      });
    });
}

async function textOf(file: string, limit: number): Promise<string> {
  try {
    return await sourceText(fileBytes(file), limit);
  } catch (error) {
    if (error instanceof AppError) throw new CliError(error.message, EXIT.unreadable);
    throw error;
  }
}

function inputOf(file: string, text: string, options: Options) {
  const fileName = file === "-" ? "standard input" : path.basename(file);
  return { project: options.project, fileName, text, source: options.source, dryRun: options.dryRun === true };
}

function showItems<T extends { status: string }>(items: readonly T[], head: readonly string[], cells: (item: T) => string[]): void {
  if (items.length === 0) return;
  for (const line of table(
    head,
    items.slice(0, SHOWN).map((item) => [SIGN[item.status] ?? " ", ...cells(item)]),
  ))
    print(line);
  if (items.length > SHOWN) print(`… and ${items.length - SHOWN} more (--json has all)`);
  print();
}

function showEnd(result: Report, options: Options, kind: "inventory" | "rules", webUrl: string | null): void {
  const { counts } = result;
  print(
    `${counts.found} found: ${counts.new} new, ${counts.changed} changed, ${counts.unchanged} unchanged, ${counts.returned} back, ${counts.vanished} gone. Source "${result.source}" (${result.format}).`,
  );
  for (const note of result.notes) print(clean(note));
  if (options.dryRun === true) print("Nothing was written. Leave out --dry-run to import.");
  else if (!result.applied) print("Nothing changed: nothing was written.");
  else {
    print(
      `Imported. To undo it: DELETE /api/v1/projects/${options.project}/${kind}/${result.import}, or the ${kind === "rules" ? "alerts" : "inventory"} page.`,
    );
    const page = kind === "rules" ? `/alerts?tab=rules&project=${options.project}` : `/projects/${options.project}/inventory`;
    if (webUrl !== null) print(`Look at it: ${webUrl}${page}`);
  }
}
