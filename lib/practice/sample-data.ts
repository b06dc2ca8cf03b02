/**
 * Schema and data of the practice source: many column types, an enum, a domain, a generated column, identities and
 * sequences, foreign keys, partial and expression indexes, a partitioned table, a view, a trigger, names that need quotes.
 */
export const SCHEMA_SQL = `
CREATE TYPE order_state AS ENUM ('new', 'paid', 'shipped', 'returned');
CREATE DOMAIN email_address AS text CHECK (VALUE LIKE '%@%');
CREATE SCHEMA billing;
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email email_address NOT NULL UNIQUE,
  name text NOT NULL,
  tags text[] NOT NULL DEFAULT '{}',
  profile jsonb,
  avatar bytea,
  balance numeric(14,4) NOT NULL DEFAULT 0,
  score double precision,
  active boolean NOT NULL DEFAULT true,
  born date,
  valid tstzrange,
  address inet,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_name ON customers (lower(name));
CREATE TABLE orders (
  id bigserial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  state order_state NOT NULL DEFAULT 'new',
  total numeric(12,2) NOT NULL,
  total_with_tax numeric GENERATED ALWAYS AS (total * 1.2) STORED,
  note text,
  placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_customer ON orders (customer_id, placed_at DESC);
CREATE INDEX orders_open ON orders (placed_at) WHERE state = 'new';
CREATE TABLE order_events (
  id bigserial PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders,
  kind smallint NOT NULL,
  payload text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX order_events_order ON order_events (order_id);
CREATE TABLE billing."Invoice Lines" (
  "Order" bigint NOT NULL REFERENCES orders,
  "Line No" integer NOT NULL,
  "select" text NOT NULL,
  amount numeric NOT NULL,
  PRIMARY KEY ("Order", "Line No")
);
CREATE TABLE page_views (day date NOT NULL, path text NOT NULL, views integer NOT NULL, seconds real) PARTITION BY RANGE (day);
CREATE TABLE page_views_2026_10 PARTITION OF page_views FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE page_views_2026_11 PARTITION OF page_views FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE TABLE settings (name text, value text);
CREATE TABLE empty_table (id integer PRIMARY KEY);
CREATE TABLE write_log (
  id bigserial PRIMARY KEY,
  token uuid NOT NULL UNIQUE,
  customer_id bigint NOT NULL,
  amount numeric(12,2) NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE SEQUENCE ticket_numbers START 1000 INCREMENT 10;
CREATE VIEW open_orders AS SELECT o.id, c.email, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'new';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TABLE orders IS 'Practice data: every value is made up by a formula.';
`;

export interface SampleSizes {
  customers: number;
  orders: number;
  events: number;
}

/** Rows for a database of about `sizeMb` MB including indexes; measured with PostgreSQL 15. */
export function sampleSizes(sizeMb: number): SampleSizes {
  const bulk = Math.max(0, sizeMb - 11);
  const customers = Math.max(200, Math.min(5_000, Math.round(sizeMb * 50)));
  return { customers, orders: customers * 4, events: Math.round(bulk * 960) };
}

/** Statements that fill the tables on the server; the same size always makes the same rows but for times. */
export function fillSql(sizes: SampleSizes): string[] {
  return [
    `INSERT INTO customers (email, name, tags, profile, avatar, balance, score, active, born, valid, address)
     SELECT 'customer' || i || '@example.test', 'Customer ' || i || CASE WHEN i % 7 = 0 THEN ' é ' ELSE '' END,
       CASE WHEN i % 3 = 0 THEN ARRAY['a b', 'c"d', NULL] ELSE ARRAY[]::text[] END,
       CASE WHEN i % 5 = 0 THEN NULL ELSE jsonb_build_object('n', i, 'list', jsonb_build_array(1, 2.50, 'x')) END,
       CASE WHEN i % 4 = 0 THEN decode(md5(i::text), 'hex') END,
       (i * 1.2345)::numeric(14,4),
       CASE i % 11 WHEN 0 THEN 'NaN'::float8 WHEN 1 THEN 'Infinity'::float8 WHEN 2 THEN NULL ELSE i / 3.0 END,
       i % 2 = 0, DATE '1970-01-01' + (i % 15000), tstzrange(now(), CASE WHEN i % 2 = 0 THEN 'infinity' ELSE now() + interval '1 day' END),
       ('10.0.' || (i % 250) || '.1')::inet
     FROM generate_series(1, ${sizes.customers}) AS i`,
    `INSERT INTO orders (customer_id, state, total, note, placed_at)
     SELECT 1 + i % ${sizes.customers}, (ARRAY['new','paid','shipped','returned']::order_state[])[1 + i % 4], (i % 9973) / 100.0,
       CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE E'tab\\t line\\n back\\\\slash ' END, now() - i * interval '1 minute'
     FROM generate_series(1, ${sizes.orders}) AS i`,
    `INSERT INTO order_events (order_id, kind, payload, at)
     SELECT 1 + i % ${sizes.orders}, i % 9, repeat(md5(i::text), 28), now() - i * interval '1 second'
     FROM generate_series(1, ${sizes.events}) AS i`,
    `INSERT INTO billing."Invoice Lines" SELECT id, 1, 'line for ' || id, total FROM orders WHERE id % 2 = 0`,
    `INSERT INTO page_views SELECT DATE '2026-10-01' + i % 60, '/page/' || i, i, i / 7.0 FROM generate_series(1, 2000) AS i`,
    `INSERT INTO settings VALUES ('theme', 'dark'), ('theme', 'dark'), (NULL, ''), ('', NULL)`,
    `SELECT setval('ticket_numbers', 5000)`,
    "ANALYZE",
  ];
}
