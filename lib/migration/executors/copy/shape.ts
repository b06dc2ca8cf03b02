import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension } from "@/lib/migration/executors/copy/inspect";

/**
 * The structure of a database as sorted lines, one for each column, constraint, index, trigger, view, routine, type
 * and sequence. Definitions are printed by the server: lines are comparable between servers of one major version.
 */
export async function readShape(client: pg.Client, schemas: string[] | null): Promise<string[]> {
  const own = (catalog: string, oid: string) => `${IN_SCOPE} AND ${notOfExtension(catalog, oid)}`;
  const relation = "format('%I.%I', n.nspname, c.relname)";
  const rows = await query(
    client,
    `SELECT 'column ' || ${relation} || '.' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || coalesce(' default ' || pg_get_expr(x.adbin, x.adrelid), '') || a.attidentity::text || a.attgenerated::text AS line
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef x ON x.adrelid = c.oid AND x.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','f') AND c.relpersistence <> 't' AND ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'constraint ' || ${relation} || ' ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'view ' || ${relation} || ' ' || md5(pg_get_viewdef(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('v','m') AND ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'policy ' || ${relation} || ' ' || quote_ident(p.polname) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'routine ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') ' || md5(coalesce(p.prosrc, '')) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE ${own("pg_proc", "p.oid")}
     UNION ALL SELECT 'enum ' || n.nspname || '.' || t.typname || ' ' || string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE ${own("pg_type", "t.oid")} GROUP BY n.nspname, t.typname
     UNION ALL SELECT 'domain ' || n.nspname || '.' || t.typname || ' ' || format_type(t.typbasetype, t.typtypmod) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE t.typtype = 'd' AND ${own("pg_type", "t.oid")}
     UNION ALL SELECT 'sequence ' || ${relation} || ' ' || s.seqtypid::regtype || ' ' || s.seqincrement || ' ' || s.seqmin || ' ' || s.seqmax || ' ' || s.seqcycle FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relpersistence <> 't' AND ${own("pg_class", "c.oid")}
     UNION ALL SELECT 'extension ' || extname FROM pg_extension
     ORDER BY 1`,
    [schemas],
  );
  return rows.map((row) => row.line ?? "");
}

/** Kinds whose text does not depend on how a server version prints expressions. */
const PORTABLE = /^(column|enum|domain|extension|sequence|routine|policy) /;

/** Lines of the source that the target lacks, and the other way round, a sign in front. Extensions only the target has are fine. */
export function compareShapes(source: readonly string[], target: readonly string[], sameMajor: boolean): string[] {
  const usable = (lines: readonly string[]) => new Set(sameMajor ? lines : lines.filter((line) => PORTABLE.test(line)));
  const [wanted, found] = [usable(source), usable(target)];
  return [
    ...[...wanted].filter((line) => !found.has(line)).map((line) => `missing: ${line}`),
    ...[...found].filter((line) => !wanted.has(line) && !line.startsWith("extension ")).map((line) => `extra: ${line}`),
  ];
}
