import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passwordLine, postgresConfig, programEnvironment } from "@/lib/connection/clients/postgres";
import type { Connection, Egress } from "@/lib/connection/types";
import { guardFolder, type RunningProgram, startProgram } from "@/lib/migration/executors/copy/programs";

/** The answer is no: trying again would not help. */
export class CopyFailed extends Error {}

export interface WorkshopSettings {
  egress: Egress;
  applicationName: string;
  log: (line: string) => void;
  /** Further server settings of the programs' sessions, e.g. `-c maintenance_work_mem=512MB`. */
  serverOptions?: string;
}

/**
 * A private folder in which PostgreSQL's client programs run, one or several at a time, with passwords in files (R-PG-13).
 * Folder and programs go when it is closed, and when the worker dies, however it dies (R-ENG-7).
 */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "switchyard-copy-"));
  private readonly release = guardFolder(this.folder);
  private readonly running = new Set<RunningProgram>();
  private stopped = false;

  constructor(private readonly settings: WorkshopSettings) {}

  /** Path of a file in the folder. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Environment of a program that works on this side. */
  async environment(side: "source" | "target", connection: Connection): Promise<Record<string, string>> {
    const passwordFile = this.file(`${side}.pass`);
    writeFileSync(passwordFile, passwordLine(connection), { mode: 0o600 });
    const { ca, host } = postgresConfig(connection);
    const caFile = ca === undefined ? null : this.file(`${side}.crt`);
    if (caFile !== null) writeFileSync(caFile, ca ?? "", { mode: 0o600 });
    const address = await this.settings.egress.resolve(host);
    const { applicationName, serverOptions } = this.settings;
    const env = programEnvironment(connection, { passwordFile, caFile, home: this.folder, address, applicationName });
    return serverOptions === undefined ? env : { ...env, PGOPTIONS: `${env.PGOPTIONS} ${serverOptions}` };
  }

  /**
   * Runs a program to its end; `onLine` gets its messages, those that `worth` picks go into the step log.
   * @throws CopyFailed when it ended with an error or ignored one (R-PG-12), Error when a server was lost or it was stopped
   */
  async run(
    file: string,
    args: string[],
    env: Record<string, string>,
    onLine: (line: string) => void = () => undefined,
    worth: (line: string) => boolean = (line) => /error|warning|fatal/i.test(line),
  ): Promise<void> {
    this.check();
    const name = file.slice(file.lastIndexOf("/") + 1);
    this.settings.log(`${name} ${args.join(" ")}`);
    const program = startProgram(this.folder, file, args, env, (line) => {
      if (worth(line)) this.settings.log(line);
      onLine(line);
    });
    this.running.add(program);
    const { code, tail } = await program.ended;
    this.running.delete(program);
    this.check();
    const ignored = tail.some((line) => /errors ignored on restore/.test(line));
    if (code === 0 && !ignored) return;
    const reasons = tail.filter((line) => /error|fatal|DETAIL|HINT/i.test(line));
    const text = `${name} ended with code ${code}: ${(reasons.length > 0 ? reasons : tail).slice(-4).join(" ").slice(0, 1_000)}`;
    // A lost server is not a no.
    if (/could not connect|connection to server .* failed|server closed the connection|terminating connection|Connection refused/.test(text))
      throw new Error(text);
    throw new CopyFailed(text);
  }

  /** Ends the programs that run now and lets none begin. */
  stop(): void {
    this.stopped = true;
    this.stopPrograms();
  }

  /** Ends the programs that run now. */
  stopPrograms(): void {
    for (const program of this.running) program.stop();
  }

  close(): void {
    this.stop();
    this.release();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private check(): void {
    if (this.stopped) throw new Error("The copy was cancelled.");
  }
}
