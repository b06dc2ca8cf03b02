import path from "node:path";
import { defineConfig } from "vitest/config";

/* The fault matrix: real processes that are killed, stopped and cut off. Not part of `npm test`; `npm run test:faults`. */
export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname), "server-only": path.resolve(import.meta.dirname, "prisma/testing/empty.ts") } },
  test: {
    include: ["worker/faults/**/*.fault.ts"],
    globalSetup: ["scripts/testing/bundle.ts", "prisma/testing/postgres.ts"],
    // Bounds a hang, is no statement about speed.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    pool: "forks",
    // One case at a time: what is measured of stalls and takeovers must not be another case's load.
    maxWorkers: 1,
    fileParallelism: false,
    retry: 0,
    passWithNoTests: false,
  },
});
