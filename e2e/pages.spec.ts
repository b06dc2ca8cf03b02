import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { DESKTOP, inspect, PHONE, projectPages, signIn, WORKSPACE_PAGES } from "./support/pages";
import { type Server, startServer } from "./support/server";

let server: Server;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await startServer({ seed: "demo" });
});
test.afterAll(async () => {
  await server?.stop();
});

const PROJECTS = ["barum-aws", "venture-nudge", "tour-crm", "paircam", "apexmediation"];

for (const [size, viewport] of [
  ["desktop", DESKTOP],
  ["phone", PHONE],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`pages at ${size} size, ${colorScheme}: no nonsense, no sideways scroll, nothing serious for axe`, async ({ browser }) => {
      test.setTimeout(400_000);
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      const owner = server.people[0];
      if (owner === undefined) throw new Error("no people");
      await signIn(page, server.url, owner);
      // Every page of one project in every combination; the other projects' pages once, on the desktop in light.
      const slugs = size === "desktop" && colorScheme === "light" ? PROJECTS : PROJECTS.slice(0, 1);
      for (const route of [...WORKSPACE_PAGES, ...slugs.flatMap(projectPages)]) {
        await page.goto(server.url + route);
        const report = await inspect(page);
        expect.soft(report.nonsense, route).toBeNull();
        expect.soft(report.overflow, `${route} is wider than the window`).toBe(0);
        expect.soft(report.answer.length, `${route} has no answer`).toBeGreaterThan(10);
        // Colours do not depend on the size, nor sizes on the colours: two combinations see both of each.
        if ((size === "desktop") !== (colorScheme === "light")) continue;
        // Every element that passes would be described too, which takes a quarter of the time and is not looked at.
        const builder = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
        const axe = await builder.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
        const serious = axe.violations.filter((one) => one.impact === "serious" || one.impact === "critical");
        expect
          .soft(
            serious.map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 160)}`),
            route,
          )
          .toEqual([]);
      }
      expect.soft(errors).toEqual([]);
      await context.close();
    });
  }
}

test("five projects stand in the portfolio within the first screen", async ({ page }) => {
  const owner = server.people[0];
  if (owner === undefined) throw new Error("no people");
  await signIn(page, server.url, owner);
  await page.goto(server.url);
  const lines = page.getByTestId("project-row");
  await expect(lines).toHaveCount(5);
});
