-- AlterTable
ALTER TABLE "run" ADD COLUMN "paused_by" TEXT;

-- AlterTable
ALTER TABLE "run_guard" ADD COLUMN "recent" TEXT NOT NULL DEFAULT '',
ADD COLUMN "bad_requests" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "first_bad_at" TIMESTAMPTZ(3),
ADD COLUMN "baseline" JSONB;

-- What Prisma models cannot say.
-- Only a run that stands still waits for a signal.
ALTER TABLE "run" ADD CONSTRAINT "run_paused_by" CHECK ("paused_by" IS NULL OR "status" = 'paused');
