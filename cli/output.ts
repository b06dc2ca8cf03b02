import { AppError, messageOf } from "@/lib/core/errors";

/** Exit codes of the command line: 1 a clear no (findings, refused, conflict), 2 not readable or wrongly called. */
export const EXIT = { ok: 0, no: 1, unreadable: 2 } as const;

/** A failure with its exit code, whose message is meant for the person at the terminal. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.no,
  ) {
    super(message);
    this.name = "CliError";
  }
}

/** Writes a line to standard output. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a value as indented JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_key, entry: unknown) => (typeof entry === "bigint" ? entry.toString() : entry), 2));
}

/** Columns padded to the widest cell; control characters of foreign texts are made visible, long cells are cut. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const rows = [head, ...body].map((row) => row.map((cell) => clean(cell)));
  const widths = head.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Text of a plan or database on one line, without characters that steer a terminal. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 400);
}

/** What went wrong, in the words of the verb, with every reason; the exit code that belongs to it. */
export function report(error: unknown): number {
  if (error instanceof CliError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const lines = [messageOf(error)];
  if (error instanceof AppError) {
    for (const issue of error.issues.slice(0, 40)) {
      const text = issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`;
      if (!lines[0]?.includes(issue.message) || error.issues.length > 1) lines.push(`  ${clean(text)}`);
    }
    if (error.issues.length > 40) lines.push(`  … and ${error.issues.length - 40} more`);
  }
  process.stderr.write(`${lines.join("\n")}\n`);
  return error instanceof AppError && error.kind === "invalid" ? EXIT.unreadable : EXIT.no;
}
