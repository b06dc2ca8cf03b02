-- Which executors in which versions a worker has: a run that was frozen with others is not started, and its page says so (R-ENG-12).

ALTER TABLE "worker_heartbeat" ADD COLUMN "executors" JSONB;
