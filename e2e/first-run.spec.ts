import { expect, test } from "@playwright/test";
import { inspect, WORKSPACE_PAGES } from "./support/pages";
import { startServer } from "./support/server";

test("first run leads from the one-time link to an empty portfolio with instructions", async ({ page }) => {
  const server = await startServer({ seed: "empty" });
  try {
    await page.goto(server.url);
    await expect(page.getByText(/one-time link/i).first()).toBeVisible();
    expect(server.firstRunPath).not.toBeNull();
    await page.goto(server.url + server.firstRunPath);
    await page.getByLabel("Workspace name").fill("Night shift");
    await page.getByLabel("Your name").fill("Owner");
    await page.getByLabel("E-mail").fill("owner@example.test");
    await page.getByLabel("Password", { exact: true }).fill("seven quiet lighthouses");
    await page.getByLabel("Password again").fill("seven quiet lighthouses");
    await page.getByRole("button", { name: /create|continue/i }).click();
    await page.waitForURL((url) => url.pathname === "/");
    await expect(page.getByTestId("empty").first()).toBeVisible();
    for (const route of WORKSPACE_PAGES) {
      await page.goto(server.url + route);
      const report = await inspect(page);
      expect(report.nonsense, route).toBeNull();
      expect(report.overflow, route).toBe(0);
      expect(report.answer.length, route).toBeGreaterThan(10);
    }
    // The link works once.
    await page.goto(server.url + server.firstRunPath);
    await expect(page.getByText(/does not work/i)).toBeVisible();
  } finally {
    await server.stop();
  }
});
