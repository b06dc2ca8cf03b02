import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { asMacRoman, planDocument } from "./fixtures/plan-document";
import { inspect, PHONE, signIn } from "./support/pages";
import { type Server, startServer } from "./support/server";

/*
 * A plan as a team wrote it becomes a project: dropped wrongly decoded, reviewed, corrected, created, imported again
 * after it changed, undone.
 */

const SLUG = "harbour";
let server: Server;

test.beforeAll(async () => {
  server = await startServer({ seed: "people" });
});
test.afterAll(async () => {
  await server?.stop();
});

const item = (page: Page, title: string): Locator =>
  page
    .getByTestId("review-item")
    .filter({ has: page.getByText(title, { exact: true }) })
    .first();
const line = (page: Page, number: number): Locator => page.locator(`[data-line="${number}"]`);
const lineOf = (text: string): number =>
  planDocument()
    .split("\n")
    .findIndex((one) => one.includes(text)) + 1;

/** Drops a file on the page, as from a desktop. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { type: "text/markdown" }));
      return data;
    },
    { name, text },
  );
  await page.getByTestId("drop-zone").dispatchEvent("drop", { dataTransfer: transfer });
  await page.waitForURL(/\/documents\/[\w-]+$/);
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag22aa"]).analyze();
  expect(violations.filter((one) => one.impact === "serious" || one.impact === "critical").map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
}

test("a wrongly decoded document is reviewed, corrected, created, imported again and undone", async ({ page }) => {
  const operator = server.people.find((person) => person.role === "operator");
  if (operator === undefined) throw new Error("no operator");
  await signIn(page, server.url, operator);
  await page.goto(`${server.url}/projects/new`);

  await test.step("drop", async () => {
    await drop(page, "plan.md", asMacRoman(planDocument()));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review plan.md");
    await expect(page.getByText("UTF-8 read as Mac Roman")).toBeVisible();
    await expect(line(page, 1)).toContainText("⚓ Harbour Tickets — moving to the cluster");
    await accessible(page);
  });

  await test.step("either side marks the other", async () => {
    const cache = lineOf("Redis cache");
    await expect(item(page, "Redis cache")).toContainText("$12.00/month");
    await item(page, "Redis cache").hover();
    await expect(line(page, cache)).toHaveAttribute("data-marked", "");
    await line(page, lineOf("PostgreSQL | Hetzner")).hover();
    await expect(item(page, "PostgreSQL")).toHaveAttribute("data-marked", "");
    await expect(line(page, lineOf("**$290**"))).toContainText("a finding rests on it");
    await expect(page.getByTestId("group-findings")).toContainText("headline-vs-table-total");
  });

  await test.step("by keyboard too", async () => {
    await page.getByTestId("document").focus();
    const cache = lineOf("Redis cache");
    for (let n = 0; n < cache; n++) await page.keyboard.press("ArrowDown");
    await expect(line(page, cache)).toHaveAttribute("data-current", "");
    await page.keyboard.press("Enter");
    await expect(item(page, "Redis cache").getByRole("button", { name: "Correct" })).toBeFocused();
    await page.keyboard.press("j");
    await expect(item(page, "Mail").getByRole("button", { name: "Correct" })).toBeFocused();
  });

  await test.step("correct one price, drop a service, take it back", async () => {
    await item(page, "Redis cache").getByRole("button", { name: "Correct" }).click();
    await page.getByLabel("Amount", { exact: true }).fill("30");
    await page.getByRole("button", { name: "Save the correction" }).click();
    await expect(item(page, "Redis cache")).toContainText("$12.00/month → $30.00/month");
    await item(page, "Mail").getByRole("button", { name: "Drop" }).click();
    await expect(page.getByTestId("group-dropped")).toContainText("Mail");
    await page.getByTestId("group-dropped").getByRole("button", { name: "Restore" }).click();
    await expect(page.getByTestId("group-dropped")).toHaveCount(0);
    await page.reload();
    await expect(item(page, "Redis cache")).toContainText("$12.00/month → $30.00/month");
  });

  await test.step("see what will be created, and create it", async () => {
    await page.getByRole("link", { name: "Create project…" }).click();
    await expect(page.getByTestId("creation")).toContainText("7 services with 7 prices");
    await page.getByLabel("Name", { exact: true }).fill("Harbour Tickets");
    await page.getByLabel("Short name").fill(SLUG);
    await page.getByLabel("Currency").focus();
    await expect(page.getByTestId("will-be")).toContainText(`Harbour Tickets will be at /projects/${SLUG}, in USD`);
    await page.getByRole("button", { name: "Create project" }).click();
    await page.waitForURL(`**/projects/${SLUG}/plan`);
    await expect(page.getByTestId("answer")).toContainText("Version 1");
  });

  await test.step("costs, matrix and runbook show the figures", async () => {
    await page.goto(`${server.url}/projects/${SLUG}/inventory`);
    await expect(page.getByRole("row", { name: /Redis cache/ })).toContainText("$30.00");
    await page.goto(`${server.url}/projects/${SLUG}/costs?tab=before-after`);
    await expect(page.locator("main")).toContainText("$87.00");
    await expect(page.locator("main")).toContainText("$270.00");
    await page.goto(`${server.url}/projects/${SLUG}/decision`);
    await expect(page.locator("main")).toContainText("2,500");
    await page.goto(`${server.url}/projects/${SLUG}/migrations`);
    await page.locator(`main a[href^="/projects/${SLUG}/migrations/"]`).first().click();
    await expect(page.locator("main")).toContainText("Switch the DNS record to the new load balancer");
    await expect(page.locator("main")).toContainText("pg_restore --dbname=shop shop.dump");
  });

  await test.step("the changed document comes again: the correction stays", async () => {
    await page.goto(`${server.url}/projects/${SLUG}/plan?tab=change`);
    await drop(page, "plan.md", asMacRoman(planDocument({ cache: "$14", more: "| Object storage | AWS | $20 |\n" })));
    await expect(item(page, "Redis cache")).toContainText("$30.00/month");
    await expect(item(page, "Redis cache")).toContainText("The document has changed here since; your correction stands.");
    await expect(page.getByTestId("group-findings")).not.toContainText("Target stack: the total says");
    await page.getByRole("link", { name: `Update ${SLUG}…` }).click();
    await expect(page.getByTestId("difference")).toContainText("Object storage");
    await page.getByRole("button", { name: "Apply as version 2" }).click();
    await page.waitForURL(`**/projects/${SLUG}/plan`);
    await page.goto(`${server.url}/projects/${SLUG}/inventory`);
    await expect(page.getByRole("row", { name: /Redis cache/ })).toContainText("$30.00");
    await expect(page.getByRole("row", { name: /Object storage/ })).toBeVisible();
  });

  await test.step("undo goes back, then takes all of it away", async () => {
    const undo = async (button: string) => {
      await page.goto(`${server.url}/projects/${SLUG}/plan`);
      await page.getByRole("button", { name: "Undo import" }).click();
      await page.getByRole("button", { name: button }).click();
    };
    await undo("Go back to version 1");
    await expect(page.getByTestId("answer")).toContainText("Version 3");
    await page.goto(`${server.url}/projects/${SLUG}/inventory`);
    await expect(page.getByRole("row", { name: /Redis cache/ })).toContainText("$30.00");
    await expect(page.getByRole("row", { name: /Object storage/ })).toHaveCount(0);
    await undo("Remove the project");
    await page.waitForURL(`${server.url}/`);
    await expect(page.locator(`a[href^="/projects/${SLUG}"]`)).toHaveCount(0);
    expect((await page.goto(`${server.url}/projects/${SLUG}`))?.status()).toBe(404);
  });
});

test("the review fits a phone, and a document without anything to import is told so", async ({ browser }) => {
  const operator = server.people.find((person) => person.role === "operator");
  if (operator === undefined) throw new Error("no operator");
  const context = await browser.newContext({ viewport: PHONE, colorScheme: "dark" });
  const page = await context.newPage();
  await signIn(page, server.url, operator);
  await page.goto(`${server.url}/projects/new`);
  await drop(page, "plan.md", planDocument());
  expect(await inspect(page)).toMatchObject({ nonsense: null, overflow: 0 });
  await item(page, "Redis cache")
    .getByRole("link", { name: String(lineOf("Redis cache")) })
    .click();
  await expect(line(page, lineOf("Redis cache"))).toBeInViewport();
  await expect(line(page, lineOf("Redis cache"))).toHaveAttribute("data-marked", "");
  await line(page, lineOf("Kubernetes cluster")).click();
  await expect(item(page, "Kubernetes cluster")).toBeInViewport();
  await accessible(page);
  await page.goto(`${server.url}/projects/new`);
  await page
    .getByLabel("Drop a file here, or choose one")
    .setInputFiles({ name: "plan.md", mimeType: "text/markdown", buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]) });
  await expect(page.getByTestId("drop-zone").getByRole("alert")).toBeVisible();
  await drop(page, "walk.md", "# A walk\n\nWe went along the river.\n");
  await expect(page.getByText("Nothing in this document can be imported.").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Create project…" })).toHaveCount(0);
  await context.close();
});
