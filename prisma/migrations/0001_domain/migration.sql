-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "connection" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "sealed" JSONB NOT NULL DEFAULT '{}',
    "secret_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "test_requested_at" TIMESTAMPTZ(3),
    "tested_at" TIMESTAMPTZ(3),
    "test_ok" BOOLEAN,
    "test_message" TEXT,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bill_import" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "rejected" INTEGER NOT NULL,
    "replaced" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "charges_from" TIMESTAMPTZ(3),
    "charges_to" TIMESTAMPTZ(3),
    "billed" DECIMAL(32,15) NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "rejections" JSONB NOT NULL DEFAULT '[]',
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "bill_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "charge" (
    "project_id" TEXT NOT NULL,
    "charge_period_start" TIMESTAMPTZ(3) NOT NULL,
    "source_key" TEXT NOT NULL,
    "import_id" TEXT NOT NULL,
    "charge_period_end" TIMESTAMPTZ(3) NOT NULL,
    "billing_period_start" TIMESTAMPTZ(3) NOT NULL,
    "billing_period_end" TIMESTAMPTZ(3) NOT NULL,
    "billed_cost" DECIMAL(32,15) NOT NULL,
    "effective_cost" DECIMAL(32,15),
    "list_cost" DECIMAL(32,15),
    "contracted_cost" DECIMAL(32,15),
    "currency" CHAR(3) NOT NULL,
    "provider" TEXT,
    "service_name" TEXT,
    "service_category" TEXT,
    "charge_category" TEXT,
    "charge_description" TEXT,
    "resource_ref" TEXT,
    "resource_name" TEXT,
    "region" TEXT,
    "sku_id" TEXT,
    "usage_quantity" DECIMAL(28,12),
    "usage_unit" TEXT,
    "tags" JSONB NOT NULL DEFAULT '{}',
    "stack_id" TEXT,

    CONSTRAINT "charge_pkey" PRIMARY KEY ("project_id","charge_period_start","source_key")
);

-- CreateTable
CREATE TABLE "charge_superseded" (
    "project_id" TEXT NOT NULL,
    "by_import_id" TEXT NOT NULL,
    "charge_period_start" TIMESTAMPTZ(3) NOT NULL,
    "source_key" TEXT NOT NULL,
    "import_id" TEXT NOT NULL,
    "row" JSONB NOT NULL,

    CONSTRAINT "charge_superseded_pkey" PRIMARY KEY ("project_id","by_import_id","charge_period_start","source_key","import_id")
);

-- CreateTable
CREATE TABLE "charge_day" (
    "project_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "provider" TEXT NOT NULL DEFAULT '',
    "service_name" TEXT NOT NULL DEFAULT '',
    "service_category" TEXT NOT NULL DEFAULT '',
    "stack_id" TEXT NOT NULL DEFAULT '',
    "currency" CHAR(3) NOT NULL,
    "billed_cost" DECIMAL(32,15) NOT NULL,
    "effective_cost" DECIMAL(32,15) NOT NULL,
    "rows" INTEGER NOT NULL,

    CONSTRAINT "charge_day_pkey" PRIMARY KEY ("project_id","day","provider","service_name","service_category","stack_id","currency")
);

-- CreateTable
CREATE TABLE "charge_rule" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "provider" TEXT,
    "service" TEXT,
    "stack_id" TEXT NOT NULL,

    CONSTRAINT "charge_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "amount" DECIMAL(20,6) NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "period" TEXT NOT NULL,
    "levels" JSONB NOT NULL DEFAULT '[]',
    "note" TEXT NOT NULL DEFAULT '',
    "stack_key" TEXT,
    "removed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision_matrix" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "decision_matrix_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "stack_id" TEXT NOT NULL,
    "stack_key" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "review_at" TIMESTAMPTZ(3),
    "inputs" JSONB NOT NULL,
    "verdict" TEXT NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL,
    "plan_version_id" TEXT,
    "decided_by_id" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "password_hash" TEXT,
    "password_changed_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,
    "preferences" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "browser_session" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "step_up_at" TIMESTAMPTZ(3),
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "browser_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_time_link" (
    "id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "email" TEXT,
    "name" TEXT,
    "role" TEXT,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "succeeded" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "actor_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("actor_id","key")
);

-- CreateTable
CREATE TABLE "stack" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "document" JSONB NOT NULL DEFAULT '{}',
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "stack_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "stack_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "provider" TEXT,
    "owner" TEXT,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "origin" TEXT NOT NULL DEFAULT 'plan',
    "source" TEXT,
    "address" TEXT,
    "planned_change" TEXT,
    "gone_at" TIMESTAMPTZ(3),
    "specification" JSONB NOT NULL DEFAULT '{}',
    "replaces" TEXT[],
    "depends_on" TEXT[],
    "position" INTEGER NOT NULL DEFAULT 0,
    "last_seen_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "line_item" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "stack_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "name" TEXT NOT NULL DEFAULT '',
    "form" TEXT NOT NULL,
    "min" DECIMAL(20,6),
    "max" DECIMAL(20,6),
    "currency" CHAR(3) NOT NULL,
    "period" TEXT NOT NULL,
    "quantity" DECIMAL(20,6) NOT NULL DEFAULT 1,
    "approximate" BOOLEAN NOT NULL DEFAULT false,
    "cost_class" TEXT NOT NULL DEFAULT 'infrastructure',
    "text" TEXT NOT NULL DEFAULT '',
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "line_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_import" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "stack_id" TEXT,
    "source" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "lineage" TEXT,
    "added" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "gone" INTEGER NOT NULL,
    "returned" INTEGER NOT NULL,
    "notes" JSONB NOT NULL DEFAULT '[]',
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "source_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_import_row" (
    "project_id" TEXT NOT NULL,
    "import_id" TEXT NOT NULL,
    "row_id" TEXT NOT NULL,
    "before" JSONB,

    CONSTRAINT "source_import_row_pkey" PRIMARY KEY ("project_id","import_id","row_id")
);

-- CreateTable
CREATE TABLE "metric" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "unit" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT 'number',
    "aggregation" TEXT NOT NULL DEFAULT 'last',
    "aliases" TEXT[],
    "stale_after_ms" BIGINT,
    "source" TEXT NOT NULL DEFAULT 'entered',
    "source_config" JSONB NOT NULL DEFAULT '{}',
    "removed_at" TIMESTAMPTZ(3),
    "sample_seq" BIGINT NOT NULL DEFAULT 0,
    "replay_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "metric_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sample" (
    "project_id" TEXT NOT NULL,
    "metric_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "labels_hash" TEXT NOT NULL DEFAULT '',
    "labels" JSONB NOT NULL DEFAULT '{}',
    "value" DOUBLE PRECISION NOT NULL,
    "source" TEXT NOT NULL,
    "actor_id" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sample_pkey" PRIMARY KEY ("project_id","metric_id","at","labels_hash")
);

-- CreateTable
CREATE TABLE "sample_hour" (
    "project_id" TEXT NOT NULL,
    "metric_id" TEXT NOT NULL,
    "bucket" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "sum" DOUBLE PRECISION NOT NULL,
    "min" DOUBLE PRECISION NOT NULL,
    "max" DOUBLE PRECISION NOT NULL,
    "last" DOUBLE PRECISION NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sample_hour_pkey" PRIMARY KEY ("project_id","metric_id","bucket")
);

-- CreateTable
CREATE TABLE "sample_day" (
    "project_id" TEXT NOT NULL,
    "metric_id" TEXT NOT NULL,
    "bucket" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "sum" DOUBLE PRECISION NOT NULL,
    "min" DOUBLE PRECISION NOT NULL,
    "max" DOUBLE PRECISION NOT NULL,
    "last" DOUBLE PRECISION NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sample_day_pkey" PRIMARY KEY ("project_id","metric_id","bucket")
);

-- CreateTable
CREATE TABLE "migration" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "from_stack_id" TEXT NOT NULL,
    "to_stack_id" TEXT NOT NULL,
    "document" JSONB NOT NULL DEFAULT '{}',
    "position" INTEGER NOT NULL DEFAULT 0,
    "removed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "migration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runbook_version" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "migration_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'plan',
    "note" TEXT NOT NULL DEFAULT '',
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "runbook_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "migration_id" TEXT NOT NULL,
    "runbook_version_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "from_stack_id" TEXT NOT NULL,
    "to_stack_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "plan" JSONB NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "solo" BOOLEAN NOT NULL DEFAULT false,
    "created_by_id" TEXT NOT NULL,
    "requested_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "requested_at" TIMESTAMPTZ(3),
    "approved_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "observe_until" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,
    "desired" TEXT NOT NULL DEFAULT 'go',
    "desired_reason" TEXT,
    "direction" TEXT NOT NULL DEFAULT 'forward',
    "preflight" JSONB,
    "preflight_at" TIMESTAMPTZ(3),
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "takeovers" INTEGER NOT NULL DEFAULT 0,
    "next_due_at" TIMESTAMPTZ(3),
    "traffic_percent" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "traffic_since" TIMESTAMPTZ(3),
    "auto_rollbacks" INTEGER NOT NULL DEFAULT 0,
    "journal_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_step" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "spec" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "waiting_for" TEXT,
    "message" TEXT NOT NULL DEFAULT '',
    "due_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "effect_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "output" JSONB NOT NULL DEFAULT '{}',
    "progress" JSONB,

    CONSTRAINT "run_step_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "step_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "direction" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "effect_key" TEXT NOT NULL,
    "intent" JSONB NOT NULL,
    "before" JSONB NOT NULL,
    "intent_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT,
    "after" JSONB,
    "reason" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_gate" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "gate" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "required" INTEGER NOT NULL,
    "solo_allowed" BOOLEAN NOT NULL,
    "requested_by_id" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_gate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" TEXT NOT NULL,
    "gate_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "approver_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "solo" BOOLEAN NOT NULL DEFAULT false,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_guard" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "spec" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'idle',
    "armed_at" TIMESTAMPTZ(3),
    "disarmed_at" TIMESTAMPTZ(3),
    "bad_streak" INTEGER NOT NULL DEFAULT 0,
    "valid_samples" INTEGER NOT NULL DEFAULT 0,
    "last_verdict" TEXT,
    "last_value" DOUBLE PRECISION,
    "last_usable_at" TIMESTAMPTZ(3),
    "next_due_at" TIMESTAMPTZ(3),
    "tripped_at" TIMESTAMPTZ(3),
    "trace" JSONB,

    CONSTRAINT "run_guard_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "guard_sample" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "guard_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "verdict" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "detail" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "guard_sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journal_event" (
    "run_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "epoch" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "actor" JSONB NOT NULL,
    "step_key" TEXT,
    "message" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "journal_event_pkey" PRIMARY KEY ("run_id","seq")
);

-- CreateTable
CREATE TABLE "step_log" (
    "run_id" TEXT NOT NULL,
    "step_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "line" TEXT NOT NULL,

    CONSTRAINT "step_log_pkey" PRIMARY KEY ("step_id","seq")
);

-- CreateTable
CREATE TABLE "monitor" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL DEFAULT '',
    "interval_ms" BIGINT NOT NULL,
    "stack_key" TEXT,
    "document" JSONB NOT NULL DEFAULT '{}',
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "monitor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "monitor_check" (
    "id" TEXT NOT NULL,
    "monitor_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "latency_ms" DOUBLE PRECISION,
    "detail" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "monitor_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "backup" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "schedule" TEXT NOT NULL DEFAULT '',
    "retention" TEXT NOT NULL DEFAULT '',
    "storage" TEXT NOT NULL DEFAULT '',
    "document" JSONB NOT NULL DEFAULT '{}',
    "heartbeat_hash" TEXT,
    "last_run_at" TIMESTAMPTZ(3),
    "last_restore_test_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "backup_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "delivered_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" JSONB NOT NULL,
    "action" TEXT NOT NULL,
    "object" JSONB NOT NULL,
    "project_id" TEXT,
    "run_id" TEXT,
    "plan_hash" TEXT,
    "reason" TEXT,
    "before" JSONB,
    "after" JSONB,
    "address" TEXT,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "currency" CHAR(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "example_data" BOOLEAN NOT NULL DEFAULT false,
    "current_stack_id" TEXT,
    "plan_version_id" TEXT,
    "required_approvals" INTEGER NOT NULL DEFAULT 1,
    "solo_mode" BOOLEAN NOT NULL DEFAULT false,
    "approval_ttl_ms" INTEGER NOT NULL DEFAULT 14400000,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan_version" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "file_name" TEXT NOT NULL DEFAULT '',
    "edits" JSONB NOT NULL DEFAULT '[]',
    "restores" INTEGER,
    "hash" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plan_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "plan_version_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "path" TEXT NOT NULL DEFAULT '',
    "lines" INTEGER[],
    "message" TEXT NOT NULL,
    "expected" TEXT,
    "found" TEXT,
    "hint" TEXT,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan_draft" (
    "id" TEXT NOT NULL,
    "project_id" TEXT,
    "file_name" TEXT NOT NULL DEFAULT '',
    "source" TEXT NOT NULL,
    "edits" JSONB NOT NULL DEFAULT '[]',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plan_draft_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" TEXT NOT NULL,
    "singleton" BOOLEAN NOT NULL DEFAULT true,
    "name" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "time_zone" TEXT NOT NULL,
    "worker_public_key" TEXT,
    "allow_loopback" BOOLEAN NOT NULL DEFAULT false,
    "example_data" BOOLEAN NOT NULL DEFAULT false,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger_group" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "combine" TEXT NOT NULL DEFAULT 'any',
    "from_stack" TEXT,
    "to_stack" TEXT,
    "position" INTEGER NOT NULL DEFAULT 0,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "trigger_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "metric_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "high" DOUBLE PRECISION,
    "unit" TEXT NOT NULL DEFAULT '',
    "hold_ms" BIGINT NOT NULL DEFAULT 0,
    "no_data" TEXT NOT NULL DEFAULT 'unknown',
    "qualitative" BOOLEAN NOT NULL DEFAULT false,
    "from_stack" TEXT,
    "to_stack" TEXT,
    "position" INTEGER NOT NULL DEFAULT 0,
    "removed_at" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'unknown',
    "state_since" TIMESTAMPTZ(3),
    "true_since" TIMESTAMPTZ(3),
    "last_value" DOUBLE PRECISION,
    "last_sample_at" TIMESTAMPTZ(3),
    "evaluated_at" TIMESTAMPTZ(3),
    "seen_seq" BIGINT NOT NULL DEFAULT -1,
    "seen_rule" TEXT NOT NULL DEFAULT '',
    "check_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "trigger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger_event" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "trigger_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from_state" TEXT NOT NULL,
    "to_state" TEXT NOT NULL,
    "value" DOUBLE PRECISION,

    CONSTRAINT "trigger_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_rule" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "metric_id" TEXT,
    "op" TEXT,
    "warning" DOUBLE PRECISION,
    "critical" DOUBLE PRECISION,
    "unit" TEXT NOT NULL DEFAULT '',
    "levels" JSONB NOT NULL DEFAULT '[]',
    "hold_ms" BIGINT NOT NULL DEFAULT 0,
    "action" TEXT NOT NULL DEFAULT '',
    "channel" TEXT NOT NULL DEFAULT '',
    "no_data" TEXT NOT NULL DEFAULT 'unknown',
    "expr" TEXT,
    "text" TEXT NOT NULL DEFAULT '',
    "severity" TEXT NOT NULL DEFAULT '',
    "origin" TEXT NOT NULL DEFAULT 'plan',
    "source" TEXT,
    "address" TEXT,
    "gone_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'unknown',
    "state_since" TIMESTAMPTZ(3),
    "true_since" TIMESTAMPTZ(3),
    "critical_since" TIMESTAMPTZ(3),
    "last_value" DOUBLE PRECISION,
    "last_sample_at" TIMESTAMPTZ(3),
    "evaluated_at" TIMESTAMPTZ(3),
    "seen_seq" BIGINT NOT NULL DEFAULT -1,
    "seen_rule" TEXT NOT NULL DEFAULT '',
    "check_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "value" DOUBLE PRECISION,
    "threshold" DOUBLE PRECISION,
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "muted_until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "connection_project_id_key_key" ON "connection"("project_id", "key");

-- CreateIndex
CREATE INDEX "bill_import_project_id_created_at_idx" ON "bill_import"("project_id", "created_at");

-- CreateIndex
CREATE INDEX "charge_project_id_import_id_idx" ON "charge"("project_id", "import_id");

-- CreateIndex
CREATE INDEX "charge_superseded_project_id_import_id_idx" ON "charge_superseded"("project_id", "import_id");

-- CreateIndex
CREATE UNIQUE INDEX "charge_rule_project_id_position_key" ON "charge_rule"("project_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "budget_project_id_key_key" ON "budget"("project_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "decision_matrix_project_id_key_key" ON "decision_matrix"("project_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "decision_project_id_number_key" ON "decision"("project_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "browser_session_user_id_idx" ON "browser_session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "one_time_link_token_hash_key" ON "one_time_link"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_token_hash_key" ON "api_token"("token_hash");

-- CreateIndex
CREATE INDEX "api_token_user_id_idx" ON "api_token"("user_id");

-- CreateIndex
CREATE INDEX "sign_in_attempt_account_at_idx" ON "sign_in_attempt"("account", "at");

-- CreateIndex
CREATE INDEX "sign_in_attempt_address_at_idx" ON "sign_in_attempt"("address", "at");

-- CreateIndex
CREATE UNIQUE INDEX "stack_project_id_key_key" ON "stack"("project_id", "key");

-- CreateIndex
CREATE INDEX "resource_project_id_idx" ON "resource"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "resource_stack_id_key_key" ON "resource"("stack_id", "key");

-- CreateIndex
CREATE INDEX "line_item_project_id_stack_id_idx" ON "line_item"("project_id", "stack_id");

-- CreateIndex
CREATE INDEX "source_import_project_id_kind_id_idx" ON "source_import"("project_id", "kind", "id");

-- CreateIndex
CREATE UNIQUE INDEX "metric_project_id_key_key" ON "metric"("project_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "migration_project_id_key_key" ON "migration"("project_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "runbook_version_migration_id_number_key" ON "runbook_version"("migration_id", "number");

-- CreateIndex
CREATE INDEX "run_next_due_at_idx" ON "run"("next_due_at");

-- CreateIndex
CREATE UNIQUE INDEX "run_project_id_number_key" ON "run"("project_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "run_step_run_id_position_key" ON "run_step"("run_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "run_step_run_id_key_key" ON "run_step"("run_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "attempt_step_id_direction_number_key" ON "attempt"("step_id", "direction", "number");

-- CreateIndex
CREATE INDEX "approval_gate_status_idx" ON "approval_gate"("status");

-- CreateIndex
CREATE UNIQUE INDEX "approval_gate_id_approver_id_key" ON "approval"("gate_id", "approver_id");

-- CreateIndex
CREATE UNIQUE INDEX "run_guard_run_id_key_key" ON "run_guard"("run_id", "key");

-- CreateIndex
CREATE INDEX "guard_sample_guard_id_at_idx" ON "guard_sample"("guard_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "monitor_project_id_key_key" ON "monitor"("project_id", "key");

-- CreateIndex
CREATE INDEX "monitor_check_monitor_id_at_idx" ON "monitor_check"("monitor_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "backup_heartbeat_hash_key" ON "backup"("heartbeat_hash");

-- CreateIndex
CREATE UNIQUE INDEX "backup_project_id_key_key" ON "backup"("project_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_key" ON "outbox"("key");

-- CreateIndex
CREATE INDEX "outbox_delivered_at_next_attempt_at_idx" ON "outbox"("delivered_at", "next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_hash_key" ON "audit_entry"("hash");

-- CreateIndex
CREATE INDEX "audit_entry_project_id_seq_idx" ON "audit_entry"("project_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE UNIQUE INDEX "project_slug_key" ON "project"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "plan_version_project_id_number_key" ON "plan_version"("project_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "finding_plan_version_id_position_key" ON "finding"("plan_version_id", "position");

-- CreateIndex
CREATE INDEX "plan_draft_updated_at_idx" ON "plan_draft"("updated_at");

-- CreateIndex
CREATE UNIQUE INDEX "workspace_singleton_key" ON "workspace"("singleton");

-- CreateIndex
CREATE UNIQUE INDEX "trigger_group_project_id_key_key" ON "trigger_group"("project_id", "key");

-- CreateIndex
CREATE INDEX "trigger_evaluated_at_idx" ON "trigger"("evaluated_at");

-- CreateIndex
CREATE UNIQUE INDEX "trigger_project_id_key_key" ON "trigger"("project_id", "key");

-- CreateIndex
CREATE INDEX "trigger_event_project_id_at_idx" ON "trigger_event"("project_id", "at");

-- CreateIndex
CREATE INDEX "alert_rule_evaluated_at_idx" ON "alert_rule"("evaluated_at");

-- CreateIndex
CREATE UNIQUE INDEX "alert_rule_project_id_key_key" ON "alert_rule"("project_id", "key");

-- CreateIndex
CREATE INDEX "alert_project_id_started_at_idx" ON "alert"("project_id", "started_at");

-- AddForeignKey
ALTER TABLE "browser_session" ADD CONSTRAINT "browser_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stack" ADD CONSTRAINT "stack_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource" ADD CONSTRAINT "resource_stack_id_fkey" FOREIGN KEY ("stack_id") REFERENCES "stack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "line_item" ADD CONSTRAINT "line_item_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_import_row" ADD CONSTRAINT "source_import_row_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "source_import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runbook_version" ADD CONSTRAINT "runbook_version_migration_id_fkey" FOREIGN KEY ("migration_id") REFERENCES "migration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_migration_id_fkey" FOREIGN KEY ("migration_id") REFERENCES "migration"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_step" ADD CONSTRAINT "run_step_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_step_id_fkey" FOREIGN KEY ("step_id") REFERENCES "run_step"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_gate" ADD CONSTRAINT "approval_gate_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_gate_id_fkey" FOREIGN KEY ("gate_id") REFERENCES "approval_gate"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_guard" ADD CONSTRAINT "run_guard_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_plan_version_id_fkey" FOREIGN KEY ("plan_version_id") REFERENCES "plan_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_draft" ADD CONSTRAINT "plan_draft_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger" ADD CONSTRAINT "trigger_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "trigger_group"("id") ON DELETE CASCADE ON UPDATE CASCADE;
