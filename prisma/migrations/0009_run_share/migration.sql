-- CreateTable
CREATE TABLE "run_share_point" (
    "run_id" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "set_percent" DOUBLE PRECISION NOT NULL,
    "percent" DOUBLE PRECISION,
    "answers" BIGINT,

    CONSTRAINT "run_share_point_pkey" PRIMARY KEY ("run_id", "way", "at")
);

-- What Prisma models cannot say.
ALTER TABLE "run_share_point"
  ADD CONSTRAINT "run_share_point_percents" CHECK ("set_percent" BETWEEN 0 AND 100 AND "percent" BETWEEN 0 AND 100),
  ADD CONSTRAINT "run_share_point_answers" CHECK ("answers" >= 0);
