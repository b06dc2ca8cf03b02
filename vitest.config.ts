import path from "node:path";
import { defineConfig } from "vitest/config";

/** Pure functions over text: no file of these tests changes anything another one could see, so they share a process and its imports. */
const PURE = ["lib/document/**/*.test.ts", "lib/plan/checks/**/*.test.ts"];

export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname), "server-only": path.resolve(import.meta.dirname, "prisma/testing/empty.ts") } },
  test: {
    // Real servers start inside tests; this bounds a hang, it is not a statement about speed.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    // On two processors: tests wait for leases and servers about half of their time.
    maxWorkers: 3,
    retry: 0,
    passWithNoTests: false,
    projects: [
      { test: { name: "pure", include: PURE, isolate: false } },
      {
        test: {
          name: "system",
          include: [
            "lib/**/*.test.ts",
            "worker/**/*.test.ts",
            "cli/**/*.test.ts",
            "components/**/*.test.ts",
            "scripts/**/*.test.ts",
            "app/**/*.test.ts",
            "prisma/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...PURE],
          globalSetup: ["scripts/testing/bundle.ts", "prisma/testing/postgres.ts"],
        },
      },
    ],
  },
});
