-- Two calls that bring the first facts of a month: the second one waits for the advisory lock, but taking one does not
-- refresh what its session knows of other tables, so it may still not see the partition the first one made.
CREATE OR REPLACE FUNCTION ensure_month_partition(parent text, moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first timestamptz := date_trunc('month', moment, 'UTC');
  name text := parent || '_' || to_char(first AT TIME ZONE 'UTC', 'YYYYMM');
BEGIN
  IF parent NOT IN ('sample', 'charge') THEN
    RAISE EXCEPTION 'no partitions for %', parent;
  END IF;
  IF to_regclass(quote_ident(name)) IS NOT NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('partition:' || name));
  BEGIN
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
      name, parent, first, date_trunc('month', first + interval '32 days', 'UTC')
    );
  EXCEPTION WHEN duplicate_table THEN
    NULL;
  END;
END $$;
