import { createWriteStream } from "node:fs";
import { Writable } from "node:stream";
import { type Command, Option } from "commander";
import { auditExport } from "@/lib/service/audit-export";
import { auditFilter } from "@/lib/service/audit-store";
import { verifyAuditChain } from "@/lib/service/audit-verify";
import { parseInput } from "@/lib/service/context";
import { withContext } from "./database";
import { EXIT, print, printJson } from "./output";

const demoOf = (command: Command) => command.optsWithGlobals<{ demo?: boolean }>().demo === true;

/** `audit verify|export`. */
export function addAuditCommands(program: Command): void {
  const audit = program.command("audit").description("the hash-chained record of everything that was done");
  audit
    .command("verify")
    .description("recompute the chain; exit 1 where it breaks, naming the entry")
    .option("--json", "the verdict as JSON")
    .action(async (options: { json?: boolean }, command: Command) => {
      await withContext(demoOf(command), async (ctx) => {
        const verdict = await verifyAuditChain(ctx.db);
        if (!verdict.ok) process.exitCode = EXIT.no;
        if (options.json === true) return printJson(verdict);
        if (verdict.broken === null) print(`The chain holds: ${verdict.entries} entries.`);
        else print(`The chain breaks at entry ${verdict.broken.seq}: ${verdict.broken.reason}. Compare the entries from there on with a backup.`);
      });
    });
  audit
    .command("export")
    .description("print every entry, or write it to a file")
    .addOption(new Option("--format <format>").choices(["json", "csv"]).default("json"))
    .option("--project <slug>")
    .option("--from <time>", "first moment, RFC 3339")
    .option("--to <time>", "last moment, RFC 3339")
    .option("--output <file>")
    .action(async (options: { format: "json" | "csv"; output?: string; project?: string; from?: string; to?: string }, command: Command) => {
      await withContext(demoOf(command), async (ctx) => {
        const { format, output, ...filter } = options;
        const target = output === undefined ? process.stdout : createWriteStream(output, { flags: "wx", mode: 0o600 });
        const stream = auditExport(ctx.db, parseInput(auditFilter, filter), format);
        await stream.pipeTo(output === undefined ? unclosed(process.stdout) : Writable.toWeb(target as Writable));
      });
    });
}

/** Standard output as a web stream that is not closed at the end. */
function unclosed(out: NodeJS.WriteStream): WritableStream<Uint8Array> {
  return new WritableStream({ write: (chunk) => new Promise((resolve, reject) => out.write(chunk, (error) => (error ? reject(error) : resolve()))) });
}
