import type { Command } from "commander";
import { createInvite } from "@/lib/auth/create-invite";
import { createToken } from "@/lib/auth/create-token";
import { withContext } from "./database";
import { print, printJson } from "./output";

const demoOf = (command: Command) => command.optsWithGlobals<{ demo?: boolean }>().demo === true;

/** `user create`, `token create`. */
export function addPeopleCommands(program: Command): void {
  program
    .command("user")
    .description("people")
    .command("create")
    .description("print a one-time link with which a new person joins")
    .requiredOption("--email <address>")
    .requiredOption("--role <role>", "viewer, operator, approver or admin")
    .option("--json", "the result as JSON")
    .action(async (options: { email: string; role: string; json?: boolean }, command: Command) => {
      await withContext(demoOf(command), async (ctx, place) => {
        const link = await createInvite(ctx, { email: options.email, role: options.role });
        const address = `${place.webUrl ?? ""}${link.path}`;
        if (options.json === true) return printJson({ email: link.email, role: link.role, link: address, expiresAt: link.expiresAt });
        print(address);
        print(`Give this link to ${link.email}. It works once, until ${link.expiresAt.toISOString()}.`);
        if (place.webUrl === null) print("The address of the pages is not known here: put it in front of the path.");
      });
    });
  program
    .command("token")
    .description("API tokens")
    .command("create")
    .description("print a new token of a person, once")
    .requiredOption("--email <address>", "whose token")
    .requiredOption("--scopes <list>", "read, ingest, operate, admin; separated by commas")
    .option("--name <text>", "what it is for", "made on the command line")
    .option("--days <number>", "days until it expires", "90")
    .option("--json", "the result as JSON")
    .action(async (options: { email: string; scopes: string; name: string; days: string; json?: boolean }, command: Command) => {
      await withContext(demoOf(command), async (ctx) => {
        const made = await createToken(ctx, { email: options.email, scopes: options.scopes, name: options.name, days: options.days });
        if (options.json === true) return printJson(made);
        print(made.token);
        process.stderr.write(
          `Scopes ${made.scopes.join(", ")}, valid until ${made.expiresAt.toISOString()}. It is shown only now: send it as "Authorization: Bearer …".\n`,
        );
      });
    });
}
