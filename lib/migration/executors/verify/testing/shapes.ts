/*
 * Tables and sequences of every shape (B-8, B-9), made by the same statements on both sides: key of many columns, no key,
 * quoted names, all kinds of types and values, partitions, inheritance, row-level security, rules, deferred constraints.
 */

const wide = Array.from({ length: 32 }, (_, i) => `k${i} int NOT NULL`).join(", ");
const wideKey = Array.from({ length: 32 }, (_, i) => `k${i}`).join(", ");
const wideRow = Array.from({ length: 32 }, (_, i) => (i === 31 ? "i" : `i % ${i + 2}`)).join(", ");
const many = Array.from({ length: 1_600 }, (_, i) => `c${i} int2`).join(", ");

export const SHAPES: readonly string[] = [
  "CREATE SCHEMA shapes",
  "SET search_path = shapes, public",
  "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'angry')",
  "CREATE DOMAIN small AS int CHECK (VALUE < 1000000)",
  "CREATE TYPE pair AS (a int, b text)",
  "CREATE TYPE span AS RANGE (subtype = float8)",
  `CREATE TABLE many_types (id bigint PRIMARY KEY, t text, v varchar(20), c char(8), b bytea, n numeric, f float8, r real, ts timestamptz, d date, iv interval, j jsonb, jx json,
     arr text[], mat int[], m mood, s small, p pair, sp span, ip inet, u uuid, bits varbit, money money, tt time, x xml, flag boolean, gen bigint GENERATED ALWAYS AS (id * 2) STORED)`,
  `INSERT INTO many_types (id, t, v, c, b, n, f, r, ts, d, iv, j, jx, arr, mat, m, s, p, sp, ip, u, bits, money, tt, x, flag)
   SELECT i, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'Zeile ' || i || ' é ' END, 'v' || i, 'c' || i % 9, decode(md5(i::text), 'hex'),
     CASE i % 5 WHEN 0 THEN 'NaN'::numeric ELSE i / 7.0 END, CASE i % 6 WHEN 0 THEN 'Infinity'::float8 WHEN 1 THEN '-0'::float8 ELSE i / 3.0 END, i / 9.0::real,
     CASE i % 7 WHEN 0 THEN 'infinity'::timestamptz WHEN 1 THEN '0044-03-15 12:00:00 BC'::timestamptz ELSE '2026-10-25 00:30:00+00'::timestamptz + i * interval '1 hour' END,
     CASE i % 7 WHEN 0 THEN '-infinity'::date WHEN 1 THEN '0044-03-15 BC'::date ELSE '2026-01-01'::date + i END, i * interval '1 month 2 days 3.5 seconds',
     jsonb_build_object('n', i, 'x', 1.50, 'l', jsonb_build_array(NULL, 'a"b')), json_build_object('b', 1, 'a', i),
     ARRAY['a b', NULL, 'c"d' || i], ARRAY[[i, 2], [3, i]], (ARRAY['sad', 'ok', 'happy']::mood[])[1 + i % 3], i % 1000, ROW(i, 'p,' || i)::pair, span(i, i + 0.5),
     ('10.0.0.' || i % 250)::inet, md5(i::text)::uuid, (i % 16)::bit(4)::varbit, i::int::money, '10:00'::time + i * interval '1 second', ('<a>' || i || '</a>')::xml, i % 2 = 0
   FROM generate_series(1, 3000) AS i`,
  `CREATE TABLE wide_key (${wide}, note text, PRIMARY KEY (${wideKey}))`,
  `INSERT INTO wide_key SELECT ${wideRow}, 'n' || i FROM generate_series(1, 2500) AS i`,
  `CREATE TABLE many_columns (${many})`,
  "INSERT INTO many_columns (c0, c1599) SELECT i, i FROM generate_series(1, 50) AS i",
  "CREATE TABLE no_columns ()",
  "INSERT INTO no_columns DEFAULT VALUES",
  "CREATE TABLE no_key (a int, b text)",
  "INSERT INTO no_key SELECT i % 50, 'same' FROM generate_series(1, 2500) AS i",
  "CREATE TABLE no_rows (id int PRIMARY KEY)",
  'CREATE TABLE "Odd ""Name" ("Id" uuid PRIMARY KEY, "select" text)',
  `INSERT INTO "Odd ""Name" SELECT md5(i::text)::uuid, 'x' FROM generate_series(1, 2500) AS i`,
  'CREATE TABLE "table" (id text COLLATE "C" PRIMARY KEY, "order" int)',
  `INSERT INTO "table" SELECT 'K' || i || CASE i % 2 WHEN 0 THEN 'é' ELSE '' END, i FROM generate_series(1, 2500) AS i`,
  'CREATE TABLE by_collation (id text COLLATE "POSIX", lang text COLLATE "und-x-icu", n int, PRIMARY KEY (lang, id))',
  "INSERT INTO by_collation SELECT 'k' || i, (ARRAY['ä', 'a', 'Z', 'z'])[1 + i % 4], i FROM generate_series(1, 2500) AS i",
  "CREATE TABLE measured (at date NOT NULL, id int NOT NULL, v int, PRIMARY KEY (at, id)) PARTITION BY RANGE (at)",
  "CREATE TABLE measured_old PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
  "CREATE TABLE measured_new PARTITION OF measured FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY LIST (id)",
  "CREATE TABLE measured_new_rest PARTITION OF measured_new DEFAULT",
  "INSERT INTO measured SELECT '2026-01-01'::date + i % 59, i, i FROM generate_series(1, 2500) AS i",
  "CREATE TABLE parent (id int PRIMARY KEY, note text)",
  "CREATE TABLE child (extra int, PRIMARY KEY (id)) INHERITS (parent)",
  "INSERT INTO parent SELECT i, 'p' FROM generate_series(1, 20) AS i",
  "INSERT INTO child SELECT i, 'c', i FROM generate_series(1, 20) AS i",
  "CREATE TABLE guarded (id int PRIMARY KEY, owner text)",
  "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
  "ALTER TABLE guarded FORCE ROW LEVEL SECURITY",
  "CREATE POLICY own_rows ON guarded USING (owner = current_user)",
  "INSERT INTO guarded SELECT i, 'somebody' FROM generate_series(1, 20) AS i",
  "CREATE TABLE ruled (id int PRIMARY KEY, note text)",
  "CREATE RULE no_delete AS ON DELETE TO ruled DO INSTEAD NOTHING",
  "INSERT INTO ruled SELECT i, 'r' FROM generate_series(1, 20) AS i",
  "CREATE TABLE later (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, other int REFERENCES ruled DEFERRABLE INITIALLY DEFERRED)",
  "INSERT INTO later SELECT i, i FROM generate_series(1, 20) AS i",
  "CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL)",
  "INSERT INTO numbered (note) SELECT 'n' FROM generate_series(1, 30)",
  "CREATE INDEX numbered_note ON numbered (lower(note)) WHERE note <> ''",
  "CREATE VIEW seen AS SELECT id, note FROM ruled WHERE id > 3",
  "CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM ruled",
  // B-9
  "CREATE SEQUENCE down INCREMENT -5 MINVALUE -1000 MAXVALUE 100 START 100",
  "SELECT setval('down', -200)",
  "CREATE SEQUENCE at_end MAXVALUE 10",
  "SELECT setval('at_end', 10)",
  "CREATE SEQUENCE round MAXVALUE 5 CYCLE",
  "SELECT setval('round', 3)",
  "CREATE SEQUENCE cached CACHE 10000",
  "SELECT nextval('cached')",
  "CREATE TABLE lost_owner (id int PRIMARY KEY, gone int)",
  "CREATE SEQUENCE owned OWNED BY lost_owner.gone",
  "ALTER SEQUENCE owned OWNED BY NONE",
  "ALTER TABLE lost_owner DROP COLUMN gone",
  "CREATE SEQUENCE never_called",
  "ANALYZE",
];

/** One fault on the target, and what the comparison has to say of it. */
export interface Corruption {
  what: string;
  plant: readonly string[];
  remove: readonly string[];
  says: RegExp;
  /** What the same fault makes different besides. */
  also?: RegExp;
}

const replica = (statement: string) => `SET session_replication_role = replica; ${statement}; RESET session_replication_role`;

/** F-PG-20: the six kinds, in different shapes of tables. */
export const CORRUPTIONS: readonly Corruption[] = [
  {
    what: "one flipped byte",
    plant: [replica("UPDATE shapes.many_types SET b = set_byte(b, 7, get_byte(b, 7) # 1) WHERE id = 1234")],
    remove: [replica("UPDATE shapes.many_types SET b = set_byte(b, 7, get_byte(b, 7) # 1) WHERE id = 1234")],
    says: /^shapes\.many_types \(1234\) differs in b$/,
  },
  {
    what: "one missing row",
    plant: ["DELETE FROM shapes.wide_key WHERE k31 = 777"],
    remove: [`INSERT INTO shapes.wide_key SELECT ${wideRow}, 'n' || i FROM generate_series(777, 777) AS i`],
    says: /^shapes\.wide_key \(1,0,.*,777\) is missing on the target$/,
  },
  {
    what: "one extra row, behind all others",
    plant: [`INSERT INTO shapes."Odd ""Name" VALUES ('ffffffff-ffff-ffff-ffff-ffffffffffff', 'x')`],
    remove: [`DELETE FROM shapes."Odd ""Name" WHERE "Id" = 'ffffffff-ffff-ffff-ffff-ffffffffffff'`],
    says: /^shapes\.Odd "Name \(ffffffff-.*\) is only on the target$/,
  },
  {
    what: "NULL instead of an empty text",
    plant: ["UPDATE shapes.many_types SET t = NULL WHERE id = 1237"],
    remove: ["UPDATE shapes.many_types SET t = '' WHERE id = 1237"],
    says: /^shapes\.many_types \(1237\) differs in t$/,
  },
  {
    what: "a lost trailing space",
    plant: ["UPDATE shapes.many_types SET t = rtrim(t) WHERE id = 1239"],
    remove: ["UPDATE shapes.many_types SET t = t || ' ' WHERE id = 1239"],
    says: /^shapes\.many_types \(1239\) differs in t$/,
  },
  {
    what: "one unit in the last place of a float",
    plant: ["UPDATE shapes.many_types SET f = f + 5.684341886080802e-14 WHERE id = 1240"],
    remove: ["UPDATE shapes.many_types SET f = id / 3.0 WHERE id = 1240"],
    says: /^shapes\.many_types \(1240\) differs in f$/,
  },
  {
    what: "a row of a table without a key",
    plant: ["UPDATE shapes.no_key SET b = 'other' WHERE ctid = (SELECT ctid FROM shapes.no_key WHERE a = 7 LIMIT 1)"],
    remove: ["UPDATE shapes.no_key SET b = 'same' WHERE b = 'other'"],
    also: /^shapes\.no_key /,
    says: /^shapes\.no_key \(without a key\): 1 rows are (only on the target|there another number of times)$/,
  },
  {
    what: "a row of a table whose key sorts by a collation",
    plant: ["UPDATE shapes.by_collation SET n = -1 WHERE id = 'k77'"],
    remove: ["UPDATE shapes.by_collation SET n = 77 WHERE id = 'k77'"],
    says: /^shapes\.by_collation \(a,k77\) differs in n$/,
  },
  {
    what: "a row of one partition",
    plant: ["DELETE FROM shapes.measured WHERE id = 40"],
    remove: ["INSERT INTO shapes.measured SELECT '2026-01-01'::date + 40, 40, 40"],
    says: /^shapes\.measured_new_rest \(2026-02-10,40\) is missing on the target$/,
  },
  {
    what: "a parent's row that only the inheriting table has",
    plant: ["DELETE FROM ONLY shapes.parent WHERE id = 5"],
    remove: ["INSERT INTO shapes.parent VALUES (5, 'p')"],
    says: /^shapes\.parent \(5\) is missing on the target$/,
  },
  {
    what: "one value of 1 600 columns",
    plant: ["UPDATE shapes.many_columns SET c1599 = 0 WHERE c0 = 9"],
    remove: ["UPDATE shapes.many_columns SET c1599 = 9 WHERE c0 = 9"],
    also: /^shapes\.many_columns /,
    says: /^shapes\.many_columns \(without a key\): 1 rows are only on the source$/,
  },
  {
    what: "a dropped index",
    plant: ["DROP INDEX shapes.numbered_note"],
    remove: ["CREATE INDEX numbered_note ON shapes.numbered (lower(note)) WHERE note <> ''"],
    says: /^index shapes\.numbered\.numbered_note is missing on the target$/,
  },
  {
    what: "a dropped primary key",
    plant: ["ALTER TABLE shapes.parent DROP CONSTRAINT parent_pkey"],
    remove: ["ALTER TABLE shapes.parent ADD PRIMARY KEY (id)"],
    says: /^constraint shapes\.parent\.parent_pkey is missing on the target$/,
    also: /^index shapes\.parent\.parent_pkey is missing on the target$/,
  },
  {
    what: "a disabled trigger",
    plant: ["ALTER TABLE public.customers DISABLE TRIGGER customers_touch"],
    remove: ["ALTER TABLE public.customers ENABLE TRIGGER customers_touch"],
    says: /^trigger public\.customers\.customers_touch: .* on the target/,
  },
  {
    what: "row-level security that is off",
    plant: ["ALTER TABLE shapes.guarded NO FORCE ROW LEVEL SECURITY"],
    remove: ["ALTER TABLE shapes.guarded FORCE ROW LEVEL SECURITY"],
    says: /^table shapes\.guarded: /,
  },
  {
    what: "a lost grant",
    plant: ["REVOKE SELECT ON shapes.ruled FROM reader"],
    remove: ["GRANT SELECT ON shapes.ruled TO reader"],
    says: /^privileges shapes\.ruled: /,
  },
  {
    what: "a materialized view that was never filled",
    plant: ["REFRESH MATERIALIZED VIEW shapes.counted WITH NO DATA"],
    remove: ["REFRESH MATERIALIZED VIEW shapes.counted"],
    says: /^view shapes\.counted: .*EMPTY/,
  },
  {
    what: "a missing table",
    plant: ["ALTER TABLE shapes.no_rows RENAME TO no_rows_any_more"],
    remove: ["ALTER TABLE shapes.no_rows_any_more RENAME TO no_rows"],
    says: /^table shapes\.no_rows is missing on the target$/,
    also: /^(table|privileges) shapes\.no_rows(_any_more)? is (missing|only) on the target$/,
  },
  {
    what: "a lost column",
    plant: ["ALTER TABLE shapes.child DROP COLUMN extra"],
    remove: ["ALTER TABLE shapes.child ADD COLUMN extra int", "UPDATE shapes.child SET extra = id"],
    says: /^column shapes\.child\.extra is missing on the target$/,
    also: /^table shapes\.child has other columns on the target$/,
  },
  {
    what: "a missing enum value",
    plant: ["ALTER TYPE shapes.mood RENAME VALUE 'angry' TO 'cross'"],
    remove: ["ALTER TYPE shapes.mood RENAME VALUE 'cross' TO 'angry'"],
    says: /^enum shapes\.mood: /,
  },
  {
    what: "a missing extension",
    plant: ["DROP EXTENSION citext"],
    remove: ["CREATE EXTENSION citext"],
    says: /^extension citext is missing on the target$/,
  },
  {
    what: "a large object too many",
    plant: ["SELECT lo_create(4711)"],
    remove: ["SELECT lo_unlink(4711)"],
    says: /^1 large objects on the target, 0 on the source$/,
  },
  {
    what: "a stale sequence",
    plant: ["SELECT setval(pg_get_serial_sequence('shapes.numbered', 'id'), 29)"],
    remove: ["SELECT setval(pg_get_serial_sequence('shapes.numbered', 'id'), 30)"],
    says: /^sequence shapes\.numbered_id_seq stands at 29 on the target, behind 30/,
  },
  {
    what: "a descending sequence that was not far enough down",
    plant: ["SELECT setval('shapes.down', -100)"],
    remove: ["SELECT setval('shapes.down', -200)"],
    says: /^sequence shapes\.down stands at -100 on the target, behind -200/,
  },
  {
    what: "a sequence that was never called on the target",
    plant: ["ALTER SEQUENCE shapes.cached RESTART"],
    remove: ["SELECT setval('shapes.cached', 10000)"],
    says: /^sequence shapes\.cached stands at its start on the target, behind (1|10000)/,
  },
  {
    what: "a sequence of another definition",
    plant: ["ALTER SEQUENCE shapes.round NO CYCLE"],
    remove: ["ALTER SEQUENCE shapes.round CYCLE"],
    says: /^sequence shapes\.round: /,
  },
];
