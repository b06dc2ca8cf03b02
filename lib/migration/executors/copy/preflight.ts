import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import type pg from "pg";
import { type DatabaseIdentity, identifyDatabase, query, withPostgres } from "@/lib/connection/clients/postgres";
import { clientToolsFor } from "@/lib/connection/clients/postgres-tools";
import { messageOf } from "@/lib/core/errors";
import { existingNames, listTables, notOfExtension, type ServerInfo, serverInfo, userObjects } from "@/lib/migration/executors/copy/inspect";
import { readMarker } from "@/lib/migration/executors/copy/marker";
import { installedPgcopydb, pgcopydbGate } from "@/lib/migration/executors/copy/pgcopydb";
import { sessionName } from "@/lib/migration/executors/sessions";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

/** Oldest server whose functions the copy uses. */
const OLDEST = 14;

const pass = (name: string, message: string): PreflightCheck => ({ name, level: "pass", message });
const block = (name: string, message: string, fix: string): PreflightCheck => ({ name, level: "block", message, fix });
const warn = (name: string, message: string, fix: string): PreflightCheck => ({ name, level: "warn", message, fix });

function sameDatabase(a: DatabaseIdentity, b: DatabaseIdentity): boolean {
  return a.systemIdentifier === b.systemIdentifier && a.database === b.database;
}

function identities(source: DatabaseIdentity, target: DatabaseIdentity, control: DatabaseIdentity | null): PreflightCheck[] {
  const checks: PreflightCheck[] = [];
  if (sameDatabase(source, target)) checks.push(block("two databases", "Source and target are the same database.", "Choose another target connection."));
  else checks.push(pass("two databases", "Source and target are two databases."));
  for (const [name, side] of [["source", source] as const, ["target", target] as const]) {
    if (control !== null && sameDatabase(side, control))
      checks.push(block("own database", `The ${name} is Switchyard's own database.`, "Choose another connection."));
  }
  return checks;
}

function versions(source: ServerInfo, target: ServerInfo): PreflightCheck[] {
  const checks: PreflightCheck[] = [];
  if (source.major < OLDEST || target.major < OLDEST)
    checks.push(block("version", `PostgreSQL ${source.major} → ${target.major}: supported from ${OLDEST}.`, "Upgrade the server first."));
  else if (target.major < source.major)
    checks.push(
      block("version", `The target (${target.major}) is older than the source (${source.major}).`, "Use a target of the same or a newer major version."),
    );
  else checks.push(pass("version", `PostgreSQL ${source.major} → ${target.major}.`));
  const tools = clientToolsFor(source.major);
  if (tools === null)
    checks.push(
      block(
        "client programs",
        `No pg_dump of version ${source.major} or newer is installed on the worker.`,
        `apt-get install postgresql-client-${source.major}`,
      ),
    );
  else if (tools.major > target.major)
    checks.push(
      warn("client programs", `pg_dump ${tools.major} is newer than the target (${target.major}).`, `apt-get install postgresql-client-${source.major}`),
    );
  else checks.push(pass("client programs", `pg_dump ${tools.major}.`));
  if (source.encoding !== target.encoding)
    checks.push(
      block("encoding", `The source uses ${source.encoding}, the target ${target.encoding}.`, "Create the target database with the encoding of the source."),
    );
  else checks.push(pass("encoding", `Both use ${source.encoding}.`));
  if (source.collation !== target.collation)
    checks.push(
      warn(
        "collation",
        `Text sorts by ${source.collation} in the source and ${target.collation} on the target.`,
        "Create the target database with the same locale, or accept another sort order.",
      ),
    );
  return checks;
}

function permissions(step: StepOf<"postgres.copy">, source: ServerInfo, target: ServerInfo): PreflightCheck[] {
  const checks: PreflightCheck[] = [];
  if (target.inRecovery || target.readOnly) checks.push(block("target writable", "The target is read-only.", "Use a primary server that accepts writes."));
  if (!target.mayCreate)
    checks.push(block("target permission", "The role may not create schemas on the target.", "GRANT CREATE ON DATABASE … to the role, or make it the owner."));
  else checks.push(pass("target permission", "The role may create schemas on the target."));
  if (step.with.writeStop === "read-only-source") {
    if (!source.ownsDatabase && !source.isSuperuser)
      checks.push(block("write stop", "Only the owner of the source database can make it read-only.", "Use the owner's role, or writeStop: none."));
    else if (!source.mayEndSessions)
      checks.push(
        warn("write stop", "The role may only end sessions of its own.", "GRANT pg_signal_backend to the role, or sessions of others go on writing."),
      );
    else
      checks.push(
        warn(
          "write stop",
          "The source stops accepting writes when the copy starts. A session that sets the parameter itself could still write.",
          "Stop the application's writers as well.",
        ),
      );
  } else {
    checks.push(
      warn(
        "write stop",
        "What is written to the source after the snapshot is not in the copy.",
        "Choose writeStop: read-only-source, or stop the writers before this step.",
      ),
    );
  }
  if (source.preparedTransactions > 0)
    checks.push(
      warn(
        "prepared transactions",
        `${source.preparedTransactions} prepared transactions are open in the source and will not be in the copy.`,
        "Commit or roll them back first.",
      ),
    );
  if (source.largeObjects > 0)
    checks.push(
      warn("large objects", `${source.largeObjects} large objects are copied; their number is verified, their content is not.`, "Check their content by hand."),
    );
  return checks;
}

async function sourceContent(client: pg.Client, schemas: string[] | null): Promise<PreflightCheck[]> {
  const tables = await listTables(client, schemas);
  const checks: PreflightCheck[] = [];
  if (tables.length === 0) checks.push(block("tables", "There is no table to copy.", "Check database and schemas of the step."));
  else checks.push(pass("tables", `${tables.length} tables with about ${tables.reduce((sum, table) => sum + table.rows, 0)} rows.`));
  const hidden = await query(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r','p','S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ($1::text[] IS NULL OR n.nspname = ANY($1)) AND ${notOfExtension("pg_class", "c.oid")}
       AND NOT CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END LIMIT 5`,
    [schemas],
  );
  if (hidden.length > 0)
    checks.push(
      block("source permission", `The role may not read ${hidden.map((row) => row.name).join(", ")}.`, "GRANT SELECT on all tables and sequences to the role."),
    );
  else checks.push(pass("source permission", "The role may read every table."));
  const filtered = await query(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relrowsecurity AND n.nspname !~ '^pg_' AND ($1::text[] IS NULL OR n.nspname = ANY($1)) AND row_security_active(c.oid) LIMIT 5`,
    [schemas],
  );
  // pg_dump refuses such tables rather than copying only the rows the role can see.
  if (filtered.length > 0) {
    const names = filtered.map((row) => row.name).join(", ");
    checks.push(
      block(
        "row-level security",
        `Policies hide rows of ${names} from the role.`,
        "Use a role with BYPASSRLS, or the owner where row-level security is not forced.",
      ),
    );
  }
  return checks;
}

async function targetContent(client: pg.Client, runId: string, extensions: string[]): Promise<PreflightCheck[]> {
  const marker = await readMarker(client);
  const objects = await userObjects(client);
  const checks: PreflightCheck[] = [];
  if (marker !== null && marker.runId !== runId)
    checks.push(block("target empty", `The target holds the copy of another run (${marker.runId}).`, "Roll that run back, or use an empty database."));
  else if (marker === null && objects.length > 0)
    checks.push(
      block(
        "target empty",
        `The target is not empty: ${objects.slice(0, 3).join(", ")}${objects.length > 3 ? " …" : ""}.`,
        "Use an empty database; nothing is ever overwritten.",
      ),
    );
  else checks.push(pass("target empty", "The target is empty."));
  const available = await query(client, "SELECT name FROM pg_available_extensions");
  const missing = extensions.filter((name) => !available.some((row) => row.name === name));
  if (missing.length > 0) checks.push(block("extensions", `The target server lacks ${missing.join(", ")}.`, "Install the packages of these extensions there."));
  return checks;
}

function diskSpace(bytes: number): PreflightCheck {
  const { bavail, bsize } = statfsSync(tmpdir());
  const free = bavail * bsize;
  const megabytes = (value: number) => `${Math.round(value / 1_000_000)} MB`;
  return free > bytes
    ? pass("disk", `${megabytes(free)} free for the dump of a ${megabytes(bytes)} database.`)
    : block(
        "disk",
        `The worker has ${megabytes(free)} free; the dump of a ${megabytes(bytes)} database may not fit.`,
        "Free space in the worker's temporary folder.",
      );
}

/** Every named check before a copy; nothing is changed on either side (R-PG-1). */
export async function preflightCopy(step: StepOf<"postgres.copy">, context: StepContext): Promise<PreflightCheck[]> {
  const schemas = step.with.schemas ?? null;
  const options = { applicationName: sessionName(context.runId, context.epoch), signal: context.signal };
  const reach = async <T>(name: string, key: string, work: (client: pg.Client) => Promise<T>): Promise<T | PreflightCheck> => {
    try {
      return await withPostgres(await context.connection(key, "postgres"), context.egress, options, work);
    } catch (error) {
      return block(name, `The ${name} cannot be asked. ${messageOf(error)}`, "Test the connection in the settings.");
    }
  };
  const source = await reach("source", step.with.from, async (client) => ({
    info: await serverInfo(client),
    identity: await identifyDatabase(client),
    extensions: (await existingNames(client)).extensions,
    checks: await sourceContent(client, schemas),
  }));
  if ("level" in source) return [source];
  const target = await reach("target", step.with.to, async (client) => ({
    info: await serverInfo(client),
    identity: await identifyDatabase(client),
    checks: await targetContent(client, context.runId, source.extensions),
  }));
  if ("level" in target) return [...source.checks, target];
  return [
    ...identities(source.identity, target.identity, context.controlDatabase),
    ...versions(source.info, target.info),
    ...(step.with.tool === "pgcopydb" ? [pgcopydbGate(await installedPgcopydb(), source.info.major, target.info.major)] : []),
    ...permissions(step, source.info, target.info),
    ...source.checks,
    ...target.checks,
    // Only the structure passes over the worker's disk with pgcopydb.
    ...(step.with.tool === "pgcopydb" ? [] : [diskSpace(source.info.databaseBytes)]),
  ];
}
