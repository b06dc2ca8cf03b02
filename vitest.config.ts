import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname), "server-only": path.resolve(import.meta.dirname, "prisma/testing/empty.ts") } },
  test: {
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
    globalSetup: ["scripts/testing/bundle.ts", "prisma/testing/postgres.ts"],
    // Real servers start inside tests; this bounds a hang, it is not a statement about speed.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    retry: 0,
    passWithNoTests: false,
  },
});
