-- Which database the installation lives in: a copy that was restored elsewhere must not carry out its runs.
ALTER TABLE "workspace" ADD COLUMN "home_database" TEXT;
