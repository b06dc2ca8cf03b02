import type { MoveCheck, MoveWorld, TableFacts } from "@/lib/migration/executors/move/preflight/facts";
import { block, check, listed, megabytes, onlySource, pass, sideCheck, type Verdict, warn } from "./say";

const label = (table: { schema: string; name: string }) => `${table.schema}.${table.name}`;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Fact 5: with a publication on such a table the source refuses its UPDATEs and DELETEs at once. */
function replicaIdentity(tables: readonly TableFacts[]): Verdict {
  const bad = tables.filter((table) => !table.identityUsable);
  if (bad.length === 0) return pass(`Every one of ${tables.length} tables has a usable replica identity.`);
  const usable = bad.find((table) => table.candidateIndex !== null);
  const example = usable ?? bad[0];
  const name = example === undefined ? "" : `${quoted(example.schema)}.${quoted(example.name)}`;
  const fix =
    usable?.candidateIndex != null
      ? `ALTER TABLE ${name} REPLICA IDENTITY USING INDEX ${quoted(usable.candidateIndex)}, or add a primary key.`
      : `Add a primary key to each, or ALTER TABLE ${name} REPLICA IDENTITY FULL where the table is small.`;
  return block(`Updates and deletes of ${listed(bad.map(label))} cannot be published: no primary key or chosen unique index.`, fix);
}

/** Columns that are not the same on both sides of a prepared target. */
export function columnDifferences(source: readonly TableFacts[], target: readonly TableFacts[]): string[] {
  const there = new Map(target.map((table) => [label(table), table]));
  return source.flatMap((table) => {
    const found = there.get(label(table));
    if (found === undefined) return [`${label(table)} is missing`];
    const columns = new Map(found.columns.map((column) => [column.name, column]));
    const wrong = table.columns.flatMap((column) => {
      const other = columns.get(column.name);
      columns.delete(column.name);
      if (other === undefined) return [`${label(table)}.${column.name} is missing`];
      if (other.type !== column.type) return [`${label(table)}.${column.name} is ${other.type} instead of ${column.type}`];
      if (other.generated !== column.generated)
        return [`${label(table)}.${column.name} is ${other.generated === "" ? "not generated" : "generated"} on the target only`];
      return [];
    });
    return [...wrong, ...[...columns.keys()].map((name) => `${label(table)}.${name} is only on the target`)];
  });
}

function structure({ move, source, target }: MoveWorld): Verdict {
  if (move.schema === "copy") {
    const names = new Set(source.tables.map(label));
    const taken = target.tables.map(label).filter((name) => names.has(name));
    return taken.length === 0
      ? pass("The structure is copied; the target has none of the tables yet.")
      : block(`The target already has ${listed(taken)}.`, "Use an empty database, or schema: prepared when they are meant to be filled.");
  }
  const wrong = columnDifferences(source.tables, target.tables);
  return wrong.length === 0
    ? pass(`All ${source.tables.length} tables are on the target with the same columns.`)
    : block(`On the target: ${listed(wrong)}.`, "Correct the structure of the target; generated columns must be generated on both sides.");
}

function noneOf(name: string, read: (world: MoveWorld) => string[], bad: (names: string[]) => Verdict, good: string): MoveCheck {
  return check(name, (world) => {
    const names = read(world);
    return names.length === 0 ? pass(good) : bad(names);
  });
}

export const tableChecks: readonly MoveCheck[] = [
  check("tables", ({ source }) =>
    source.tables.length === 0
      ? block("There is no table to move.", "Check the database of the source connection and the schemas of the step.")
      : pass(`${source.tables.length} tables with ${megabytes(source.tables.reduce((sum, table) => sum + table.bytes, 0))}.`),
  ),
  sideCheck("replica identity", ({ tables }) => replicaIdentity(tables), onlySource),
  noneOf(
    "replica identity full",
    ({ source }) =>
      source.tables
        .filter((table) => table.identity === "f")
        .sort((a, b) => b.bytes - a.bytes)
        .map((table) => `${label(table)} (${megabytes(table.bytes)})`),
    (names) =>
      warn(
        `${listed(names)}: every update and delete searches the whole row on the target.`,
        "Give large ones a primary key or a unique index as replica identity.",
      ),
    "No table is identified by its whole row.",
  ),
  noneOf(
    "unlogged tables",
    ({ source }) => source.tables.filter((table) => table.unlogged).map(label),
    (names) => block(`${listed(names)} are unlogged and are not replicated.`, "ALTER TABLE … SET LOGGED, or drop them."),
    "No table is unlogged.",
  ),
  noneOf(
    "foreign tables",
    ({ source }) => source.foreignTables,
    (names) =>
      block(
        `${listed(names)} are foreign tables: their rows are elsewhere and are not replicated.`,
        "Drop them, or move them to a schema that is not in the step's schemas and make them again on the target.",
      ),
    "There is no foreign table.",
  ),
  noneOf(
    "materialized views",
    ({ source }) => source.materializedViews,
    (names) =>
      warn(
        `${listed(names)} are materialized views: not replicated, and empty until they are refreshed.`,
        "REFRESH MATERIALIZED VIEW on the target before the switch; verification refuses one that holds nothing.",
      ),
    "There is no materialized view.",
  ),
  check("large objects", ({ source }) =>
    source.largeObjects === 0
      ? pass("There are no large objects.")
      : block(`${source.largeObjects} large objects are not replicated.`, "Use postgres.copy with a write stop, or move them into bytea columns first."),
  ),
  check("structure of the target", structure),
];
