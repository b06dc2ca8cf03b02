-- CreateTable
CREATE TABLE "run_meter" (
    "run_id" TEXT NOT NULL,
    "step_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "epoch" INTEGER NOT NULL,
    "watch" JSONB NOT NULL,
    "error" TEXT,

    CONSTRAINT "run_meter_pkey" PRIMARY KEY ("run_id", "step_id")
);

-- CreateTable
CREATE TABLE "run_meter_point" (
    "step_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "grain" SMALLINT NOT NULL,
    "back" TEXT NOT NULL,
    "breached" BOOLEAN NOT NULL,
    "lag_bytes" DOUBLE PRECISION,
    "lag_seconds" DOUBLE PRECISION,
    "back_seconds" DOUBLE PRECISION,
    "writes_at_risk" DOUBLE PRECISION,

    CONSTRAINT "run_meter_point_pkey" PRIMARY KEY ("step_id", "at")
);

-- What Prisma models cannot say.
ALTER TABLE "run_meter_point"
  ADD CONSTRAINT "run_meter_point_grain" CHECK ("grain" BETWEEN 0 AND 2),
  ADD CONSTRAINT "run_meter_point_back" CHECK ("back" IN ('lossless', 'lossy', 'impossible'));
-- Which points of a grain are old enough to go.
CREATE INDEX "run_meter_point_step_id_grain_at_idx" ON "run_meter_point" ("step_id", "grain", "at");
