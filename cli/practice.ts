import { Command } from "commander";
import { messageOf } from "@/lib/core/errors";
import { practiceStatus } from "@/lib/practice/practice-status";
import { DEFAULT_DIR, DEFAULTS, startPractice } from "@/lib/practice/start-practice";
import { stopPractice } from "@/lib/practice/stop-practice";
import { PRACTICE_VERSIONS, type PracticeDescription, type PracticeOptions } from "@/lib/practice/types";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function number(name: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < low || value > high) throw new Error(`${name} must be a number from ${low} to ${high}.`);
    return value;
  };
}

function versions(text: string): PracticeOptions["versions"] {
  const [source, target, ...more] = text.split(":").map((part) => PRACTICE_VERSIONS.find((version) => String(version) === part));
  if (source === undefined || target === undefined || more.length > 0) throw new Error("--versions is SOURCE:TARGET, each 15 or 18.");
  return { source, target };
}

interface UpOptions {
  dir: string;
  sizeMb: number;
  writes: number;
  requests: number;
  ledger: boolean;
  versions?: PracticeOptions["versions"];
  poolers: number;
  json: boolean;
}

function showSite(site: PracticeDescription): void {
  const rows: [string, string | null][] = [
    ["source database", site.source?.dsn ?? null],
    ["target database", site.target?.dsn ?? null],
    ["through PgBouncer", site.pgbouncer?.app.dsn ?? null],
    ["through the second", site.secondPgbouncer?.app.dsn ?? null],
    ["application", site.urls.app],
    ["HAProxy runtime API", site.haproxy?.address ?? null],
    ["DNS server", site.dns?.nameserver ?? null],
    ["PowerDNS interface", site.dns?.url ?? null],
    ["HAProxy metrics", site.urls.haproxyMetrics],
    ["Prometheus", site.urls.prometheus],
    ["old backend", site.urls.oldBackend],
    ["new backend", site.urls.newBackend],
  ];
  for (const [name, value] of rows) if (value !== null) print(`${name.padEnd(20)} ${value}`);
  for (const entry of site.missing) print(`without ${entry.part.padEnd(12)} ${entry.reason}`);
}

/** `switchyard practice up|down|status`: real servers on loopback for rehearsals, tests and the demo. */
export function practiceCommand(): Command {
  const command = new Command("practice").description("real servers on this machine for rehearsals, tests and the demo");
  command
    .command("up")
    .description("start the practice site; it stays up until `practice down`")
    .option("--dir <dir>", "state directory", DEFAULT_DIR)
    .option("--size-mb <n>", "size of the source database in MB", number("--size-mb", 1, 20_000), DEFAULTS.sizeMb)
    .option("--writes <n>", "writes per second", number("--writes", 0, 1_000), DEFAULTS.writesPerSecond)
    .option("--requests <n>", "requests per second", number("--requests", 0, 1_000), DEFAULTS.requestsPerSecond)
    .option("--ledger", "keep a file with every acknowledged write", false)
    .option("--versions <source:target>", "PostgreSQL versions, 15 or 18 each, such as 15:18 (default: the newest installed)", versions)
    .option("--poolers <n>", "PgBouncers in front of the databases", number("--poolers", 1, 2), DEFAULTS.poolers)
    .option("--json", "print the description as JSON", false)
    .action(async (options: UpOptions) => {
      const say = (message: string) => process.stderr.write(`${message}\n`);
      const earlier = practiceStatus(options.dir);
      try {
        const site =
          earlier.running && earlier.site !== null
            ? earlier.site
            : await startPractice({
                dir: options.dir,
                sizeMb: options.sizeMb,
                writesPerSecond: options.writes,
                requestsPerSecond: options.requests,
                ledger: options.ledger,
                versions: options.versions ?? null,
                poolers: options.poolers === 2 ? 2 : 1,
                detached: true,
                allowMissing: true,
                onProgress: say,
              });
        if (options.json) print(JSON.stringify(site));
        else showSite(site);
      } catch (error) {
        say(messageOf(error));
        process.exitCode = 1;
      }
    });
  command
    .command("down")
    .description("stop the practice site and remove its databases")
    .option("--dir <dir>", "state directory", DEFAULT_DIR)
    .action(async (options: { dir: string }) => {
      const stopped = await stopPractice(options.dir);
      print(stopped ? "The practice site is stopped." : "There is no practice site in this directory.");
    });
  command
    .command("status")
    .description("say what runs; exit 1 when it is down")
    .option("--dir <dir>", "state directory", DEFAULT_DIR)
    .option("--json", "print as JSON", false)
    .action((options: { dir: string; json: boolean }) => {
      const status = practiceStatus(options.dir);
      if (options.json) print(JSON.stringify(status));
      else {
        print(status.running ? "The practice site is up." : "The practice site is down.");
        for (const entry of status.processes) print(`${entry.running ? "up  " : "down"} ${String(entry.pid).padStart(7)} ${entry.name}`);
        if (status.running && status.site !== null) showSite(status.site);
      }
      if (!status.running) process.exitCode = 1;
    });
  return command;
}
