import type { Command } from "commander";
import type { ImportOptions } from "./plan-actions";

interface Global {
  demo?: boolean;
}

/** Loaded by the command that needs it: half of all the code is about reading plans. */
const actions = () => import("./plan-actions");

/** `check`, `import`, `export`. */
export function addPlanCommands(program: Command): void {
  program
    .command("check <file>")
    .description("read and check a plan (Markdown or YAML) without writing anything; - reads standard input")
    .option("--json", "everything that was understood, as JSON")
    .action(async (file: string, options: { json?: boolean }) => {
      process.exitCode = await (await actions()).check(file, options.json === true);
    });
  program
    .command("import <file>")
    .description("create or update a project from a plan (Markdown or YAML); - reads standard input")
    .option("--project <slug>", "slug of the project; the plan's own when absent")
    .option("--if-match <version>", "only when the project stands on this version of its plan (0: only when it is new)")
    .option("--note <text>", "why, kept with the version")
    .option("--dry-run", "show what would change, write nothing")
    .option("--json", "the result as JSON")
    .action(async (file: string, options: ImportOptions, command: Command) => {
      await (await actions()).importFile(file, options, command.optsWithGlobals<Global>().demo === true);
    });
  program
    .command("export <slug>")
    .description("print the plan of a project")
    .option("--format <format>", "yaml or markdown", "yaml")
    .action(async (slug: string, options: { format: string }, command: Command) => {
      await (await actions()).exportTo(slug, options.format, command.optsWithGlobals<Global>().demo === true);
    });
}
