import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension } from "@/lib/migration/executors/copy/inspect";
import { type Scope, TABLE_SCOPE } from "@/lib/migration/executors/verify/tables";

/** One object of a database: what every version tells alike, and its definition as the server prints it. */
export interface ShapeLine {
  kind: string;
  name: string;
  /** Compared between all versions. */
  facts: string;
  /** Compared between servers of one major version only: the text depends on how a version prints expressions. */
  definition: string;
}

const REL = "format('%I.%I', n.nspname, c.relname)";
const FROM_CLASS = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace";
const names = (attnums: string, relation: string) =>
  `(SELECT string_agg(coalesce(quote_ident(a.attname), '(expression)'), ',' ORDER BY p.at) FROM unnest(${attnums}) WITH ORDINALITY AS p(n, at) LEFT JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = p.n)`;

/** Everything that hangs on tables: `kind, name, facts, definition`. */
const ON_TABLES: readonly string[] = [
  `SELECT 'table' AS kind, ${REL} AS name, concat_ws(' ', c.relkind, c.relpersistence, 'row security', c.relrowsecurity, c.relforcerowsecurity, 'identity', c.relreplident) AS facts,
     concat_ws(' ', pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid)) AS definition FROM ${FROM_CLASS} WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND ${TABLE_SCOPE}`,
  `SELECT 'column', ${REL} || '.' || quote_ident(a.attname), concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, 'identity' || nullif(a.attidentity::text, ''),
     'generated' || nullif(a.attgenerated::text, ''), CASE WHEN x.oid IS NOT NULL THEN 'default' END, CASE WHEN k.oid <> 100 THEN 'collate ' || k.collname END), pg_get_expr(x.adbin, x.adrelid)
     FROM pg_attribute a JOIN ${FROM_CLASS} ON c.oid = a.attrelid LEFT JOIN pg_attrdef x ON x.adrelid = c.oid AND x.adnum = a.attnum LEFT JOIN pg_collation k ON k.oid = a.attcollation
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND ${TABLE_SCOPE}`,
  `SELECT 'constraint', ${REL} || '.' || quote_ident(k.conname), concat_ws(' ', k.contype, ${names("k.conkey", "k.conrelid")}, k.confrelid::regclass, ${names("k.confkey", "k.confrelid")},
     'deferrable' || nullif(k.condeferrable, false), 'deferred' || nullif(k.condeferred, false), CASE WHEN NOT k.convalidated THEN 'not validated' END, nullif(k.confdeltype, ' '), nullif(k.confupdtype, ' ')), pg_get_constraintdef(k.oid)
     FROM pg_constraint k JOIN ${FROM_CLASS} ON c.oid = k.conrelid WHERE k.contype <> 'n' AND c.relpersistence <> 't' AND ${TABLE_SCOPE}`,
  `SELECT 'index', ${REL} || '.' || quote_ident(x.relname), concat_ws(' ', m.amname, ${names("i.indkey", "i.indrelid")}, CASE WHEN i.indisunique THEN 'unique' END, CASE WHEN i.indpred IS NOT NULL THEN 'partial' END,
     CASE WHEN NOT i.indisvalid THEN 'INVALID' END, CASE WHEN NOT i.indimmediate THEN 'deferred' END), pg_get_indexdef(i.indexrelid)
     FROM pg_index i JOIN ${FROM_CLASS} ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam WHERE c.relpersistence <> 't' AND ${TABLE_SCOPE}`,
  `SELECT 'trigger', ${REL} || '.' || quote_ident(t.tgname), concat_ws(' ', t.tgtype, t.tgenabled, t.tgfoid::regproc), pg_get_triggerdef(t.oid)
     FROM pg_trigger t JOIN ${FROM_CLASS} ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND ${TABLE_SCOPE}`,
  `SELECT 'rule', ${REL} || '.' || quote_ident(r.rulename), concat_ws(' ', r.ev_type, r.ev_enabled, r.is_instead), pg_get_ruledef(r.oid)
     FROM pg_rewrite r JOIN ${FROM_CLASS} ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN' AND ${TABLE_SCOPE}`,
  `SELECT 'policy', ${REL} || '.' || quote_ident(p.polname), concat_ws(' ', p.polcmd, p.polpermissive, (SELECT string_agg(CASE WHEN o = 0 THEN 'public' ELSE pg_get_userbyid(o) END, ',' ORDER BY 1) FROM unnest(p.polroles) AS o)),
     concat_ws(' / ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p JOIN ${FROM_CLASS} ON c.oid = p.polrelid WHERE ${TABLE_SCOPE}`,
];

/** Who may do what: owner and grants. A role that can log in but not read is found by its first user otherwise. */
const PRIVILEGES = `SELECT 'privileges' AS kind, ${REL} AS name, concat_ws(' ', 'owner', pg_get_userbyid(c.relowner),
     (SELECT string_agg(concat(CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END, ':', g.privilege_type, CASE WHEN g.is_grantable THEN '*' END), ' ' ORDER BY 1)
        FROM (SELECT CASE WHEN e.grantee = 0 THEN '' ELSE pg_get_userbyid(e.grantee)::text END AS who, e.* FROM aclexplode(c.relacl) AS e) AS g
       WHERE g.grantee <> c.relowner AND g.privilege_type <> 'MAINTAIN')) AS facts, '' AS definition
   FROM ${FROM_CLASS} WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' AND ${TABLE_SCOPE}`;

const scoped = (catalog: string, oid: string) => `${IN_SCOPE} AND ${notOfExtension(catalog, oid)}`;

/** What belongs to no table; left out when only some tables are compared. */
const BESIDE_TABLES: readonly string[] = [
  `SELECT 'view' AS kind, ${REL} AS name, concat_ws(' ', c.relkind, CASE WHEN NOT c.relispopulated THEN 'EMPTY' END, (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS facts, pg_get_viewdef(c.oid) AS definition FROM ${FROM_CLASS} WHERE c.relkind IN ('v', 'm') AND ${scoped("pg_class", "c.oid")}`,
  `SELECT 'routine', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), concat_ws(' ', p.prokind, p.provolatile, p.prosecdef, p.prorettype::regtype, md5(coalesce(p.prosrc, ''))), ''
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${scoped("pg_proc", "p.oid")}`,
  `SELECT 'enum', format('%I.%I', n.nspname, t.typname), string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder), '' FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE ${scoped("pg_type", "t.oid")} GROUP BY n.nspname, t.typname`,
  `SELECT 'domain', format('%I.%I', n.nspname, t.typname), concat_ws(' ', format_type(t.typbasetype, t.typtypmod), t.typnotnull), (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n')
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND ${scoped("pg_type", "t.oid")}`,
  `SELECT 'type', format('%I.%I', n.nspname, t.typname), concat_ws(' ', t.typtype, (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND NOT a.attisdropped),
     (SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid)), '' FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE (t.typtype = 'r' OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${scoped("pg_type", "t.oid")}`,
  `SELECT 'sequence', ${REL}, concat_ws(' ', s.seqtypid::regtype, 'by', s.seqincrement, 'from', s.seqmin, 'to', s.seqmax, 'start', s.seqstart, 'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END), '' FROM pg_sequence s JOIN ${FROM_CLASS} ON c.oid = s.seqrelid
     WHERE c.relpersistence <> 't' AND ${scoped("pg_class", "c.oid")}`,
];

/** Structure in scope, definitions and privileges included. */
export async function readStructure(client: pg.Client, scope: Scope, privileges: boolean): Promise<ShapeLine[]> {
  const parts = [...ON_TABLES, ...(privileges ? [PRIVILEGES] : [])];
  const lines = await query(client, `SELECT kind, name, facts, definition FROM (${parts.join("\nUNION ALL ")}) AS shape(kind, name, facts, definition)`, [
    scope.schemas,
    scope.tables,
  ]);
  const beside =
    scope.tables !== null
      ? []
      : await query(client, `SELECT kind, name, facts, definition FROM (${BESIDE_TABLES.join("\nUNION ALL ")}) AS shape(kind, name, facts, definition)`, [
          scope.schemas,
        ]);
  return [...lines, ...beside].map((row) => ({ kind: row.kind ?? "", name: row.name ?? "", facts: row.facts ?? "", definition: row.definition ?? "" }));
}

/** Whether a line is about something of one of these tables: with the table all of it is missing. */
function belongs(line: ShapeLine, tables: readonly string[]): boolean {
  return line.kind !== "table" && tables.some((table) => line.name === table || line.name.startsWith(`${table}.`));
}

/** Objects that are missing, extra, or not the same. Pure. */
export function compareStructure(source: readonly ShapeLine[], target: readonly ShapeLine[], sameMajor: boolean): string[] {
  const key = (line: ShapeLine) => `${line.kind} ${line.name}`;
  const there = new Map(target.map((line) => [key(line), line]));
  const differences: string[] = [];
  const gone = source.filter((line) => line.kind === "table" && !there.has(key(line))).map((line) => line.name);
  const here = new Set(source.map(key));
  const added = target.filter((line) => line.kind === "table" && !here.has(key(line))).map((line) => line.name);
  for (const wanted of source) {
    const found = there.get(key(wanted));
    there.delete(key(wanted));
    if (found === undefined) differences.push(...(belongs(wanted, gone) ? [] : [`${key(wanted)} is missing on the target`]));
    else if (found.facts !== wanted.facts)
      differences.push(`${key(wanted)}: ${found.facts || "nothing"} on the target, ${wanted.facts || "nothing"} on the source`);
    else if (sameMajor && found.definition !== wanted.definition) differences.push(`${key(wanted)} is defined differently on the target`);
    // A view that was never filled is the same on both sides and of no use on either.
    else if (wanted.kind === "view" && /\bEMPTY\b/.test(found.facts)) differences.push(`${key(wanted)} holds nothing: REFRESH MATERIALIZED VIEW`);
  }
  const extra = [...there.values()].filter((line) => !belongs(line, added));
  return [...differences, ...extra.map((line) => `${key(line)} is only on the target`)];
}

export interface Extension {
  name: string;
  version: string;
}

export async function readExtensions(client: pg.Client): Promise<Extension[]> {
  return (await query(client, "SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1")).map((row) => ({
    name: row.name ?? "",
    version: row.version ?? "",
  }));
}

/** A missing extension is a difference; another version is told, since it comes with the server. Pure. */
export function compareExtensions(source: readonly Extension[], target: readonly Extension[]): { differences: string[]; notes: string[] } {
  const there = new Map(target.map((extension) => [extension.name, extension.version]));
  return {
    differences: source.filter(({ name }) => !there.has(name)).map(({ name }) => `extension ${name} is missing on the target`),
    notes: source
      .filter(({ name, version }) => there.has(name) && there.get(name) !== version)
      .map(({ name, version }) => `extension ${name} is ${there.get(name)} on the target, ${version} on the source`),
  };
}

export async function countLargeObjects(client: pg.Client): Promise<number> {
  const [row] = await query(client, "SELECT count(*) AS n FROM pg_largeobject_metadata");
  return Number(row?.n);
}
