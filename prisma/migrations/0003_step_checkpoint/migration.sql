-- How far one direction of a step had come: append-only facts that a recovery decides on.

CREATE TABLE "step_checkpoint" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "step_id" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "phase" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "seq" INTEGER NOT NULL,
    "facts" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "step_checkpoint_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "step_checkpoint_direction" CHECK ("direction" IN ('apply', 'undo'))
);

CREATE INDEX "step_checkpoint_step_id_direction_at_idx" ON "step_checkpoint"("step_id", "direction", "at");

ALTER TABLE "step_checkpoint" ADD CONSTRAINT "step_checkpoint_step_id_fkey" FOREIGN KEY ("step_id") REFERENCES "run_step"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER "step_checkpoint_append_only" BEFORE UPDATE OR DELETE ON "step_checkpoint" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "step_checkpoint_no_truncate" BEFORE TRUNCATE ON "step_checkpoint" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
