import type { MoveCheck, MoveWorld, ServerFacts } from "@/lib/migration/executors/move/preflight/facts";
import { block, listed, onlySource, pass, publishers, sideCheck, subscribers, type Verdict, warn } from "./say";

/*
 * Least privilege per side and version (S-20). Everything is asked of the role the connection logs in as; a superuser
 * passes all, and is demanded only where PostgreSQL before 16 knows no other way to make a subscription.
 */

const label = (table: { schema: string; name: string }) => `${table.schema}.${table.name}`;

function publish(server: ServerFacts): Verdict {
  const { role } = server;
  if (!role.replication) return block(`${role.name} may not open a replication connection.`, `ALTER ROLE "${role.name}" REPLICATION on the ${server.side}.`);
  if (!role.createsInDatabase) return block(`${role.name} may not make a publication.`, `GRANT CREATE ON DATABASE … TO "${role.name}" on the ${server.side}.`);
  const foreign = role.superuser ? [] : server.tables.filter((table) => !table.owned).map(label);
  if (foreign.length > 0)
    return block(`${role.name} does not own ${listed(foreign)} and may not publish them.`, `GRANT the owner's role TO "${role.name}" on the ${server.side}.`);
  return pass(`${role.name} may publish every table.`);
}

function subscribe(server: ServerFacts): Verdict {
  const { role, major } = server;
  if (major < 16)
    return role.superuser
      ? pass(`${role.name} is a superuser, which PostgreSQL ${major} demands for a subscription.`)
      : block(`PostgreSQL ${major} lets only superusers make a subscription; ${role.name} is none.`, `Use a superuser's connection for the ${server.side}.`);
  if (!role.createsSubscriptions)
    return block(`${role.name} may not make a subscription.`, `GRANT pg_create_subscription TO "${role.name}" on the ${server.side}.`);
  if (!role.createsInDatabase)
    return block(`${role.name} may not create in the database.`, `GRANT CREATE ON DATABASE … TO "${role.name}" on the ${server.side}.`);
  return pass(`${role.name} may make a subscription.`);
}

function read(server: ServerFacts): Verdict {
  const { role } = server;
  const unreadable = server.tables.filter((table) => !table.readable).map(label);
  if (unreadable.length > 0) return block(`${role.name} may not read ${listed(unreadable)}.`, `GRANT SELECT ON ALL TABLES IN SCHEMA … TO "${role.name}".`);
  const hidden = server.tables.filter((table) => table.hidden).map(label);
  if (hidden.length > 0)
    return block(`Policies hide rows of ${listed(hidden)} from ${role.name}.`, `ALTER ROLE "${role.name}" BYPASSRLS, or use the owner's role.`);
  return pass(`${role.name} may read every row of every table.`);
}

function fence(server: ServerFacts): Verdict {
  const stuck = server.applicationRoles.filter((role) => !role.fenceable).map((role) => role.name);
  if (stuck.length === 0) return pass("LOGIN can be taken from every application role.");
  const { role } = server;
  const superusers = server.applicationRoles.filter((entry) => entry.superuser && stuck.includes(entry.name)).map((entry) => entry.name);
  if (superusers.length > 0)
    return block(
      `${listed(superusers)} are superusers: ${role.name} cannot keep them out.`,
      "Let applications log in as a role that is no superuser, or use a superuser's connection.",
    );
  if (role.ownsDatabase) return pass(`CONNECT on the database can be taken from ${listed(stuck)}: ${role.name} owns it.`);
  return block(
    `${role.name} cannot keep ${listed(stuck)} out of the ${server.side}.`,
    server.major >= 16
      ? `GRANT these roles TO "${role.name}" WITH ADMIN OPTION, and CREATEROLE to it.`
      : `ALTER ROLE "${role.name}" CREATEROLE, or make it the owner of the database.`,
  );
}

function roles(server: ServerFacts, { move }: MoveWorld): Verdict {
  if (move.applicationRoles.includes(server.role.name))
    return block(
      `The connection ${server.connection} logs in as ${server.role.name}, which is one of the application's roles: the fence would lock us out.`,
      "Use a role of its own for the move.",
    );
  const there = new Set(server.applicationRoles.map((role) => role.name));
  const missing = move.applicationRoles.filter((name) => !there.has(name));
  if (missing.length > 0)
    return block(`The ${server.side} has no role ${listed(missing)}.`, `CREATE ROLE … LOGIN on the ${server.side}, with the same password.`);
  const locked = server.applicationRoles.filter((role) => !role.login).map((role) => role.name);
  if (locked.length > 0) return block(`${listed(locked)} may not log in on the ${server.side}.`, `ALTER ROLE … LOGIN on the ${server.side}.`);
  return pass(`${listed(move.applicationRoles)} can log in on the ${server.side}.`);
}

function endSessions({ role, side }: ServerFacts): Verdict {
  if (!role.endsSessions) return block(`${role.name} may not end the sessions of other roles.`, `GRANT pg_signal_backend TO "${role.name}" on the ${side}.`);
  if (!role.seesSessions)
    return block(
      `${role.name} does not see what other sessions are: the fence could not be proven.`,
      `GRANT pg_read_all_stats TO "${role.name}" on the ${side}.`,
    );
  return pass(`${role.name} sees and may end the sessions of other roles.`);
}

export const permissionChecks: readonly MoveCheck[] = [
  sideCheck("application roles", roles),
  sideCheck("may publish", publish, publishers),
  sideCheck("may subscribe", subscribe, subscribers),
  sideCheck("may read", read, onlySource),
  sideCheck("may fence", fence, publishers),
  sideCheck("may end sessions", endSessions, publishers),
  sideCheck("may set sequences", ({ role, sequences, side }) => {
    const fixed = sequences.filter((sequence) => !sequence.writable).map((sequence) => sequence.name);
    return fixed.length === 0
      ? pass("Every sequence can be set.")
      : block(`${role.name} may not set ${listed(fixed)}.`, `GRANT UPDATE ON ALL SEQUENCES IN SCHEMA … TO "${role.name}" on the ${side}.`);
  }),
  sideCheck(
    "may freeze the structure",
    ({ role, side }) =>
      role.superuser
        ? pass("Changes of the structure can be refused during the move.")
        : warn(
            `${role.name} may not make event triggers: changes of the structure are noticed within 10 s, not refused.`,
            `Deploy no schema changes on the ${side} during the move.`,
          ),
    onlySource,
  ),
];
