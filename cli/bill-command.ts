import path from "node:path";
import type { Command } from "commander";
import { importBill } from "@/lib/cost/import-bill";
import { withContext } from "./database";
import { clean, EXIT, print, printJson, table } from "./output";
import { fileBytes } from "./read-file";

/** `bill FILE --project SLUG`: a FOCUS bill becomes charges. Exit 1 when rows were refused. */
export function addBillCommand(program: Command): void {
  program
    .command("bill <file>")
    .description("read a FOCUS bill (CSV, also .gz) into charges; the same bill again changes nothing")
    .requiredOption("--project <slug>")
    .option("--dry-run", "read and compare, write nothing")
    .option("--json", "the result as JSON")
    .action(async (file: string, options: { project: string; dryRun?: boolean; json?: boolean }, command: Command) => {
      await withContext(command.optsWithGlobals<{ demo?: boolean }>().demo === true, async (ctx) => {
        const dryRun = options.dryRun === true;
        const result = await importBill(ctx, {
          project: options.project,
          fileName: file === "-" ? "standard input" : path.basename(file),
          stream: fileBytes(file),
          dryRun,
        });
        if (result.rejected > 0) process.exitCode = EXIT.no;
        if (options.json === true) return printJson(result);
        const rows: [string, string][] = [
          ["rows read", String(result.rows)],
          ["refused", String(result.rejected)],
          ["replaced", String(result.replaced)],
          ["unchanged", String(result.unchanged)],
          ["billed", `${result.billed} ${result.currency}`],
          ["period", `${result.from} to ${result.to}`],
        ];
        for (const line of table(["bill", file], rows)) print(line);
        for (const row of result.rejections.slice(0, 20)) print(clean(`  line ${row.line}: ${row.reason}`));
        print(dryRun ? "Nothing was written." : `Imported. To undo it: DELETE /api/v1/projects/${options.project}/bills/${result.import}, or the costs page.`);
      });
    });
}
