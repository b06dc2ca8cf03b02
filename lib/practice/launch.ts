import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { claimPorts } from "@/lib/free-ports";
import type { Account, Children } from "./children";
import { serverAccount } from "./children";
import { clusterFolder, createDatabase, fillSource, MOVER, OWNER, SUPERUSER, startCluster } from "./clusters";
import { haproxyConfig, pgbouncerConfig, pgbouncerDatabases, pgbouncerUsers, prometheusConfig } from "./config-files";
import { readDescription } from "./description";
import { addPowerdnsZone, PRACTICE_RECORDS, PRACTICE_ZONE, startPowerdns } from "./dns-servers";
import { findProgram, missingParts } from "./packages";
import { describeProcess } from "./processes";
import { serverPrograms } from "./server-programs";
import type { PracticeDatabase, PracticeDescription, PracticeOptions, PracticePart, PracticePooler } from "./types";

const PORTS = [
  "source",
  "target",
  "pgbouncer",
  "secondPgbouncer",
  "oldBackend",
  "newBackend",
  "app",
  "haproxyMetrics",
  "haproxyRuntime",
  "prometheus",
  "writer",
  "requests",
  "dns",
  "dnsApi",
] as const;
const HOST = "127.0.0.1";
type PoolerName = "pgbouncer" | "secondPgbouncer";

function database(port: number, name: string, user: string, password: string): PracticeDatabase {
  return {
    host: HOST,
    port,
    database: name,
    user,
    password,
    dsn: `postgresql://${user}:${password}@${HOST}:${port}/${name}`,
  };
}

/** Describes a site that is about to start; ports and passwords of an earlier start in the same directory are kept. */
async function describeSite(options: PracticeOptions, clusters: string): Promise<PracticeDescription> {
  const earlier = readDescription(options.dir);
  const ports = await claimPorts(PORTS, earlier?.ports);
  const secret = (name: string) => earlier?.secrets[name] ?? randomBytes(18).toString("hex");
  const secrets = { admin: secret("admin"), app: secret("app"), mover: secret("mover"), dns: secret("dns") };
  const missing = missingParts();
  const has = (part: PracticePart) => !missing.some((entry) => entry.part === part);
  const http = (port: number) => `http://${HOST}:${port}`;
  const owner = (port: number) => (has("postgres") ? database(port, "app", OWNER, secrets.app) : null);
  const admin = (port: number) => (has("postgres") ? database(port, "app", SUPERUSER, secrets.admin) : null);
  const mover = (port: number) => (has("postgres") ? database(port, "app", MOVER, secrets.mover) : null);
  const pooler = (name: PoolerName): PracticePooler => ({
    host: HOST,
    port: ports[name],
    app: database(ports[name], "app", OWNER, secrets.app),
    target: database(ports[name], "target", OWNER, secrets.app),
    admin: database(ports[name], "pgbouncer", SUPERUSER, secrets.admin),
    console: database(ports[name], "pgbouncer", MOVER, secrets.mover),
    configFile: join(clusters, name, "databases.ini"),
  });
  return {
    schemaVersion: 1,
    dir: options.dir,
    startedAt: new Date().toISOString(),
    options,
    supervisor: describeProcess("supervisor", process.pid),
    processes: [],
    missing,
    ports,
    secrets,
    clusters,
    source: owner(ports.source),
    target: owner(ports.target),
    sourceAdmin: admin(ports.source),
    targetAdmin: admin(ports.target),
    sourceMover: mover(ports.source),
    targetMover: mover(ports.target),
    pgbouncer: has("pgbouncer") ? pooler("pgbouncer") : null,
    secondPgbouncer: has("pgbouncer") && options.poolers === 2 ? pooler("secondPgbouncer") : null,
    haproxy: has("haproxy")
      ? {
          address: `${HOST}:${ports.haproxyRuntime}`,
          backend: "app",
          oldServer: "old",
          newServer: "new",
          configFile: join(options.dir, "haproxy.cfg"),
        }
      : null,
    dns: has("dns") ? { url: http(ports.dnsApi), apiKey: secrets.dns, zone: PRACTICE_ZONE, nameserver: `${HOST}:${ports.dns}` } : null,
    urls: {
      app: has("haproxy") ? http(ports.app) : null,
      haproxyMetrics: has("haproxy") ? `${http(ports.haproxyMetrics)}/metrics` : null,
      prometheus: has("prometheus") ? http(ports.prometheus) : null,
      oldBackend: http(ports.oldBackend),
      newBackend: http(ports.newBackend),
      writer: has("writer") ? http(ports.writer) : null,
      requests: has("requests") ? http(ports.requests) : null,
    },
    ledgerFile: options.ledger && has("writer") ? join(options.dir, "ledger.txt") : null,
  };
}

function required(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} was not found.`);
  return path;
}

/** How to run one of our own programs: Node 22.18 and newer read TypeScript themselves. */
function nodeProgram(name: string, args: string[]): [string, string[]] {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const loader = process.features.typescript ? ["--disable-warning=ExperimentalWarning"] : ["--import", "tsx"];
  return [process.execPath, [...loader, file, ...args]];
}

/** Bounds a hang, says nothing of speed: on a busy machine a program takes long to load. */
const ANSWER_MS = 120_000;

async function waitForHttp(children: Children, name: string, url: string): Promise<void> {
  const end = Date.now() + ANSWER_MS;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      await response.text();
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > end) throw new Error(`${name} did not answer at ${url}.\n${children.tail(name)}`);
    await sleep(50);
  }
}

async function startDatabases(site: PracticeDescription, children: Children, account: Account | null, say: (message: string) => void): Promise<number> {
  const { ports, secrets } = site;
  say("starting two PostgreSQL clusters");
  const { clusters, options } = site;
  const start = (name: "source" | "target") => {
    const programs = serverPrograms(options.versions?.[name] ?? null, clusters, account);
    return startCluster(children, {
      folder: clusters,
      name,
      port: ports[name] ?? 0,
      password: secrets.admin ?? "",
      account,
      programs,
      settings: options.settings[name] ?? {},
    });
  };
  await Promise.all([start("source"), start("target")]);
  for (const port of [ports.source ?? 0, ports.target ?? 0]) await createDatabase(port, secrets);
  say(`filling the source with about ${site.options.sizeMb} MB`);
  return await fillSource(ports.source ?? 0, secrets.app ?? "", site.options.sizeMb);
}

function startPgbouncer(site: PracticeDescription, children: Children, account: Account | null, name: PoolerName): void {
  const folder = join(site.clusters, name);
  mkdirSync(folder, { mode: 0o700 });
  const { ports, secrets } = site;
  const [users, databases, config] = [join(folder, "users.txt"), join(folder, "databases.ini"), join(folder, "pgbouncer.ini")];
  const files: [string, string][] = [
    [users, pgbouncerUsers({ [OWNER]: secrets.app ?? "", [SUPERUSER]: secrets.admin ?? "", [MOVER]: secrets.mover ?? "" })],
    [databases, pgbouncerDatabases(ports.source ?? 0)],
    [config, pgbouncerConfig({ port: ports[name] ?? 0, databases, source: ports.source ?? 0, target: ports.target ?? 0, users, admins: [SUPERUSER, MOVER] })],
  ];
  for (const [file, text] of files) writeFileSync(file, text, { mode: 0o600 });
  if (account !== null) for (const path of [folder, users, databases, config]) chownSync(path, account.uid, account.gid);
  children.start(name, required("pgbouncer"), [config], {
    account,
    cwd: folder,
  });
}

async function startFront(site: PracticeDescription, children: Children): Promise<void> {
  const { dir, ports, urls } = site;
  const port = (name: (typeof PORTS)[number]) => ports[name] ?? 0;
  children.start("backend-old", ...nodeProgram("backend", ["old", String(port("oldBackend"))]), {});
  children.start("backend-new", ...nodeProgram("backend", ["new", String(port("newBackend"))]), {});
  await Promise.all([waitForHttp(children, "backend-old", `${urls.oldBackend}/health`), waitForHttp(children, "backend-new", `${urls.newBackend}/health`)]);
  if (site.haproxy !== null) {
    const config = join(dir, "haproxy.cfg");
    const socket = join(dir, "haproxy.sock");
    // The path of a unix socket may have 107 bytes.
    const settings = {
      app: port("app"),
      metrics: port("haproxyMetrics"),
      runtime: port("haproxyRuntime"),
      oldBackend: port("oldBackend"),
      newBackend: port("newBackend"),
    };
    writeFileSync(
      config,
      haproxyConfig({
        ...settings,
        socket: socket.length < 90 ? socket : null,
      }),
    );
    children.start("haproxy", required("haproxy"), ["-W", "-db", "-f", config], { onParentDeath: "SIGTERM" });
  }
  if (urls.prometheus !== null) {
    const config = join(dir, "prometheus.yml");
    const data = join(dir, "prometheus");
    rmSync(data, { recursive: true, force: true });
    writeFileSync(
      config,
      prometheusConfig({
        haproxy: site.haproxy === null ? null : port("haproxyMetrics"),
        oldBackend: port("oldBackend"),
        newBackend: port("newBackend"),
      }),
    );
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${HOST}:${port("prometheus")}`];
    children.start("prometheus", required("prometheus"), [...args, "--storage.tsdb.retention.time=6h", "--log.level=warn"], {});
  }
  if (urls.app !== null) await waitForHttp(children, "haproxy", urls.app);
  if (urls.prometheus !== null) await waitForHttp(children, "prometheus", `${urls.prometheus}/-/ready`);
}

async function startDns(site: PracticeDescription, children: Children): Promise<void> {
  if (site.dns === null) return;
  const settings = { dir: join(site.dir, "powerdns"), dnsPort: site.ports.dns ?? 0, apiPort: site.ports.dnsApi ?? 0, apiKey: site.dns.apiKey };
  await startPowerdns(children, "powerdns", settings);
  await addPowerdnsZone(settings, PRACTICE_ZONE, [`ns1.${PRACTICE_ZONE}`], [...PRACTICE_RECORDS]);
}

/** Starts every part that can run here. `save` is called as soon as there is something to stop, and when all is up. */
export async function launch(
  options: PracticeOptions,
  children: Children,
  save: (site: PracticeDescription) => void,
  say: (message: string) => void,
): Promise<PracticeDescription> {
  const postgresMissing = missingParts().some((entry) => entry.part === "postgres");
  const account = postgresMissing ? null : serverAccount();
  const site = await describeSite(options, await clusterFolder(options.dir, account));
  save(site);
  try {
    const [customers] = await Promise.all([
      site.source === null ? Promise.resolve(0) : startDatabases(site, children, account, say),
      startFront(site, children),
      startDns(site, children),
    ]);
    if (site.pgbouncer !== null) {
      startPgbouncer(site, children, account, "pgbouncer");
      if (site.secondPgbouncer !== null) startPgbouncer(site, children, account, "secondPgbouncer");
      const { host, port, database: name, user, password } = site.pgbouncer.app;
      if (site.ledgerFile !== null) writeFileSync(site.ledgerFile, "", { mode: 0o600 });
      const args = [String(options.writesPerSecond), String(site.ports.writer), ...(site.ledgerFile === null ? [] : [site.ledgerFile])];
      children.start("writer", ...nodeProgram("writer", args), {
        stdin: JSON.stringify({
          host,
          port,
          database: name,
          user,
          password,
          customers,
        }),
      });
      await waitForHttp(children, "writer", `${site.urls.writer}/stats`);
    }
    if (site.urls.app !== null && site.urls.requests !== null) {
      children.start("requests", ...nodeProgram("requests", [site.urls.app, String(options.requestsPerSecond), String(site.ports.requests)]), {});
      await waitForHttp(children, "requests", `${site.urls.requests}/stats`);
    }
  } finally {
    site.processes = children.started;
    save(site);
  }
  return site;
}
