-- What Prisma models cannot say: partitions, partial unique indexes, checks, append-only rules.

-- === Monthly partitions of samples and charges ===

ALTER TABLE "sample" RENAME TO "sample_plain";
CREATE TABLE "sample" (LIKE "sample_plain" INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE ("at");
ALTER TABLE "sample" ADD PRIMARY KEY ("project_id", "metric_id", "at", "labels_hash");
DROP TABLE "sample_plain";

ALTER TABLE "charge" RENAME TO "charge_plain";
CREATE TABLE "charge" (LIKE "charge_plain" INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE ("charge_period_start");
ALTER TABLE "charge" ADD PRIMARY KEY ("project_id", "charge_period_start", "source_key");
DROP TABLE "charge_plain";
-- Undo of one import.
CREATE INDEX "charge_project_id_import_id_idx" ON "charge" ("project_id", "import_id");

-- Makes sure that a month has its partition, safe to call at the same time from several sessions.
CREATE FUNCTION ensure_month_partition(parent text, moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
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
  IF to_regclass(quote_ident(name)) IS NULL THEN
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
      name, parent, first, date_trunc('month', first + interval '32 days', 'UTC')
    );
  END IF;
END $$;

SELECT ensure_month_partition(parent, now() + (n || ' months')::interval)
FROM unnest(ARRAY['sample', 'charge']) AS parent, generate_series(-1, 2) AS n;

-- === One live run per pair of stacks, one open gate per run and place ===

CREATE UNIQUE INDEX "run_one_live_per_stack_pair" ON "run" ("project_id", "from_stack_id", "to_stack_id")
  WHERE "mode" = 'live' AND "status" NOT IN ('draft', 'succeeded', 'rolled-back', 'aborted', 'rejected');
CREATE UNIQUE INDEX "approval_gate_one_open" ON "approval_gate" ("run_id", "gate") WHERE "status" = 'open';
CREATE UNIQUE INDEX "alert_one_open_per_rule" ON "alert" ("rule_id") WHERE "ended_at" IS NULL;
-- One row per source and address: what an import finds again.
CREATE UNIQUE INDEX "resource_one_per_address" ON "resource" ("stack_id", "source", "address") WHERE "origin" = 'import';
CREATE UNIQUE INDEX "alert_rule_one_per_address" ON "alert_rule" ("project_id", "source", "address") WHERE "origin" = 'import';

-- === Checks ===

ALTER TABLE "resource" ADD CONSTRAINT "resource_import" CHECK ("origin" <> 'import' OR ("source" IS NOT NULL AND "address" IS NOT NULL));
ALTER TABLE "alert_rule" ADD CONSTRAINT "alert_rule_import" CHECK ("origin" <> 'import' OR ("source" IS NOT NULL AND "address" IS NOT NULL));

ALTER TABLE "workspace" ADD CONSTRAINT "workspace_one" CHECK ("singleton");
ALTER TABLE "app_user"
  ADD CONSTRAINT "app_user_role" CHECK ("role" IN ('viewer', 'operator', 'approver', 'admin')),
  ADD CONSTRAINT "app_user_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "project"
  ADD CONSTRAINT "project_slug" CHECK ("slug" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT "project_approvals" CHECK ("required_approvals" BETWEEN 1 AND 3),
  ADD CONSTRAINT "project_approval_ttl" CHECK ("approval_ttl_ms" > 0);
ALTER TABLE "line_item" ADD CONSTRAINT "line_item_bounds" CHECK ("max" IS NULL OR "min" IS NULL OR "max" >= "min");
ALTER TABLE "charge" ADD CONSTRAINT "charge_period" CHECK ("charge_period_end" > "charge_period_start");
ALTER TABLE "sample" ADD CONSTRAINT "sample_finite"
  CHECK ("value" NOT IN ('NaN'::double precision, 'Infinity'::double precision, '-Infinity'::double precision));
ALTER TABLE "trigger"
  ADD CONSTRAINT "trigger_state" CHECK ("state" IN ('unknown', 'inactive', 'pending', 'firing')),
  ADD CONSTRAINT "trigger_hold" CHECK ("hold_ms" >= 0);
ALTER TABLE "run"
  ADD CONSTRAINT "run_mode" CHECK ("mode" IN ('rehearsal', 'live')),
  ADD CONSTRAINT "run_status" CHECK ("status" IN ('draft', 'awaiting-approval', 'approved', 'running', 'paused', 'observing',
    'succeeded', 'rolling-back', 'rolled-back', 'aborted', 'rejected', 'needs-attention')),
  ADD CONSTRAINT "run_desired" CHECK ("desired" IN ('go', 'pause', 'abort', 'rollback')),
  ADD CONSTRAINT "run_one_automatic_rollback" CHECK ("auto_rollbacks" BETWEEN 0 AND 1),
  ADD CONSTRAINT "run_traffic" CHECK ("traffic_percent" BETWEEN 0 AND 100);
ALTER TABLE "run_step" ADD CONSTRAINT "run_step_status" CHECK ("status" IN ('pending', 'running', 'waiting', 'succeeded', 'failed',
  'errored', 'skipped', 'undoing', 'undone'));
ALTER TABLE "approval_gate" ADD CONSTRAINT "approval_gate_status" CHECK ("status" IN ('open', 'approved', 'rejected', 'expired', 'void'));
ALTER TABLE "approval" ADD CONSTRAINT "approval_verdict" CHECK ("verdict" IN ('approve', 'reject'));
ALTER TABLE "audit_head" ADD CONSTRAINT "audit_head_one" CHECK ("id" = 1);

-- The requester gives no verdict on the own request unless the project runs in solo mode, whoever writes the row.
CREATE FUNCTION refuse_self_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gate record;
BEGIN
  SELECT g.requested_by_id, g.solo_allowed, r.created_by_id INTO gate
    FROM approval_gate g JOIN run r ON r.id = g.run_id WHERE g.id = NEW.gate_id;
  IF NEW.verdict = 'approve' AND NOT gate.solo_allowed AND NEW.approver_id IN (gate.requested_by_id, gate.created_by_id) THEN
    RAISE EXCEPTION 'requester and approver must differ' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_segregation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_segregation BEFORE INSERT ON "approval" FOR EACH ROW EXECUTE FUNCTION refuse_self_approval();

-- === Append-only ===

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['audit_entry', 'journal_event', 'approval', 'decision', 'trigger_event'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
  END LOOP;
END $$;

INSERT INTO "audit_head" ("id", "seq", "hash") VALUES (1, 0, repeat('0', 64));

-- Wakes streams and workers. Only a hint: everything also polls.
CREATE FUNCTION notify_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('journal', NEW.run_id || ':' || NEW.seq);
  RETURN NULL;
END $$;
CREATE TRIGGER journal_event_notify AFTER INSERT ON "journal_event" FOR EACH ROW EXECUTE FUNCTION notify_journal();
