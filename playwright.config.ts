import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  // A folder of its own for every run, so that two runs at the same time do not clear each other's files.
  outputDir: `test-results/${process.pid}`,
  // Every file has a whole Switchyard of its own and waits for runs half of its time; within a file one test follows the other.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    actionTimeout: 20_000,
    navigationTimeout: 45_000,
    // A trace records every change of a page, which costs as much as the page itself: `-- --trace on` where one is looked into.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
