import { Command, CommanderError } from "commander";
import { addAuditCommands } from "./audit-commands";
import { addBillCommand } from "./bill-command";
import { addGameDay } from "./game-day";
import { EXIT, report } from "./output";
import { addPeopleCommands } from "./people-commands";
import { addPlanCommands } from "./plan-commands";
import { practiceCommand } from "./practice";
import { addRunCommands } from "./run-commands";
import { addSourceCommands } from "./source-commands";

/** The command line, ready to parse. */
export function switchyard(): Command {
  const program = new Command("switchyard")
    .description("Plans, inventory, alert rules, bills, runs and the audit log from a terminal.")
    .option("--demo", "use the running demo instead of the real database")
    .showHelpAfterError();
  addPlanCommands(program);
  addSourceCommands(program);
  addBillCommand(program);
  addPeopleCommands(program);
  addRunCommands(program);
  addGameDay(program);
  addAuditCommands(program);
  program.addCommand(practiceCommand());
  return program;
}

/** Runs one command; every failure ends in a sentence and an exit code, never in a stack trace. */
async function main(): Promise<void> {
  const program = switchyard();
  const every = (command: Command) => {
    command.exitOverride();
    for (const child of command.commands) every(child);
  };
  every(program);
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    // Commander has printed its own message; asking for help is no failure.
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? EXIT.ok : EXIT.unreadable) : report(error);
  }
}

// A reader such as "head" that closes the pipe early is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

await main();
