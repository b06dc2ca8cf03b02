import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type MadeResource, madeCompany, madeDatabase, showPlan, stateFile } from "@/lib/inventory/testing/terraform";
import { smallPlan } from "@/lib/plan/testing/example-text";
import { personOf, query } from "./support/outside";
import { inspect, signIn } from "./support/pages";
import { type Server, startServer } from "./support/server";

/* Infrastructure as code and rule files are imported twice each: nothing doubles, and no secret is anywhere. */

const SLUG = "sources";
/** Stands wherever a file of this test keeps a secret. */
const CANARY = "kanarie-4c1d-blau";

let server: Server;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await startServer({ seed: "people" });
});
test.afterAll(async () => {
  await server?.stop();
});

const box = (n: number, size = "t3.small"): MadeResource => ({
  type: "aws_instance",
  name: "box",
  index: n,
  attributes: { instance_type: size, tags: { Name: `box-${n}` }, user_data: CANARY },
});
const database = madeDatabase("orders", CANARY);

const PLAN = showPlan(
  [
    { before: database, after: { ...database, attributes: { ...database.attributes, instance_class: "db.m6g.2xlarge" } }, actions: ["update"] },
    { before: box(0), after: null, actions: ["delete"] },
    { before: null, after: box(1), actions: ["create"] },
    { before: box(2), after: box(2, "t4g.small"), actions: ["delete", "create"] },
  ],
  CANARY,
);
const STATE = stateFile(madeCompany(120, CANARY), { secret: CANARY });
const COMPOSE = `
name: corner
x-app: &app
  image: acme/shop:3
  environment: &env { DATABASE_URL: "postgres://shop:${CANARY}@db/shop", SECRET_KEY: "${CANARY}" }
  deploy: { replicas: 2, resources: { limits: { memory: 512M, cpus: "0.5" } } }
services:
  shop:
    <<: *app
    ports: ["8443:443", { target: 9000, published: "9000" }]
    depends_on: [db]
  jobs:
    <<: *app
    environment: { <<: *env, QUEUE: mail }
    profiles: [jobs]
  db:
    image: postgres:16
    environment: ["POSTGRES_PASSWORD=${CANARY}"]
`;
const RULES = `groups:
  - name: shop
    rules:
      - { record: "job:errors:ratio", expr: errors / requests }
      - { alert: ManyErrors, expr: "job:errors:ratio > 0.05", for: 10m, labels: { severity: critical }, annotations: { summary: Customers see errors } }
      - { alert: DiskFull, expr: disk_free < 10, for: 1h, labels: { severity: warning } }
`;

const uploadOf = (page: Page) => page.getByTestId("source-upload");

/** Chooses a file, looks at the preview and imports it; returns the line of numbers that the preview shows. */
async function bring(page: Page, file: { name: string; text: string }, source?: string): Promise<string> {
  const upload = uploadOf(page);
  await upload.locator("input[type=file]").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: Buffer.from(file.text, "utf8") });
  if (source !== undefined) await upload.getByLabel(/source name/i).fill(source);
  await upload.getByRole("button", { name: "Show what would change" }).click();
  const preview = page.getByTestId("import-preview");
  const numbers = await preview.locator("p").first().innerText();
  await preview.getByRole("button", { name: /^Import/ }).click();
  await expect(upload.getByRole("status")).toContainText(/Imported|Nothing changed/);
  return numbers;
}

const count = async (where: string) => (await query<{ n: number }>(server.databaseUrl, `SELECT count(*)::int AS n FROM ${where}`))[0]?.n;

async function openInventory(page: Page): Promise<void> {
  await signIn(page, server.url, personOf(server, "operator"));
  await page.goto(`${server.url}/projects/${SLUG}/inventory?panel=import`);
}

test("a Terraform plan is imported: creates, updates, replacements and deletes are shown as such, and twice is once", async ({ page }) => {
  await signIn(page, server.url, personOf(server, "operator"));
  const made = await page.request.put(`${server.url}/api/v1/projects/${SLUG}/plan`, {
    headers: { origin: server.url, "content-type": "application/yaml" },
    data: smallPlan().replace("slug: small", `slug: ${SLUG}`),
  });
  expect(made.status()).toBe(201);
  await page.goto(`${server.url}/projects/${SLUG}/inventory?panel=import`);
  expect(await bring(page, { name: "plan.json", text: PLAN })).toMatch(/4 found: 4 new/);
  const table = page.getByRole("table", { name: "Services with their cost before and after" });
  for (const [address, words] of [
    ["aws_db_instance.orders", "will be updated"],
    ["aws_instance.box[0]", "will be deleted"],
    ["aws_instance.box[1]", "will be created"],
    ["aws_instance.box[2]", "will be replaced"],
  ] as const) {
    await expect(table.getByRole("row").filter({ hasText: `terraform: ${address}` })).toContainText(words);
  }
  expect(await bring(page, { name: "plan.json", text: PLAN })).toMatch(/4 found: 0 new, 0 changed, 4 unchanged/);
  expect(await count("resource WHERE origin = 'import'")).toBe(4);
  await page.getByRole("link", { name: "orders", exact: true }).first().click();
  await expect(page.getByTestId("resource-panel")).toContainText("db.m6g.large → db.m6g.2xlarge");
});

test("a state with secrets, dropped on the page, is imported twice without doubling", async ({ page }) => {
  await openInventory(page);
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "terraform.tfstate"));
    return data;
  }, STATE);
  await page.getByTestId("drop-zone").dispatchEvent("drop", { dataTransfer: transfer });
  await uploadOf(page)
    .getByLabel(/source name/i)
    .fill("company");
  await uploadOf(page).getByRole("button", { name: "Show what would change" }).click();
  const preview = page.getByTestId("import-preview");
  await expect(preview).toContainText("120 found: 120 new");
  await preview.getByRole("button", { name: "Import 120 changes" }).click();
  await expect(uploadOf(page).getByRole("status")).toContainText("Imported");
  expect(await bring(page, { name: "terraform.tfstate", text: STATE }, "company")).toMatch(/120 found: 0 new, 0 changed, 120 unchanged/);
  expect(await count("resource WHERE source = 'company'")).toBe(120);
});

test("a Compose file is pasted twice, a smaller one marks what is gone, and the undo brings it back", async ({ page }) => {
  await openInventory(page);
  const paste = async (text: string) => {
    await uploadOf(page).getByLabel("Or paste its text").fill(text);
    await uploadOf(page).getByRole("button", { name: "Show what would change" }).click();
    const preview = page.getByTestId("import-preview");
    const numbers = await preview.locator("p").first().innerText();
    await preview.getByRole("button", { name: /^Import/ }).click();
    await expect(uploadOf(page).getByRole("status")).toContainText(/Imported|Nothing changed/);
    return numbers;
  };
  expect(await paste(COMPOSE)).toMatch(/3 found: 3 new/);
  expect(await paste(COMPOSE)).toMatch(/3 found: 0 new, 0 changed, 3 unchanged/);
  const [shop] = await query<{ specification: { values: unknown; count: number; memoryMb: number; ports: number[] } }>(
    server.databaseUrl,
    "SELECT specification FROM resource WHERE source = 'corner' AND name = 'shop'",
  );
  expect(shop?.specification).toMatchObject({
    count: 2,
    memoryMb: 512,
    ports: [8443, 9000],
    values: { cpus: 0.5, environment: ["DATABASE_URL", "SECRET_KEY"] },
  });
  await expect(uploadOf(page).getByLabel("Or paste its text")).toHaveValue("");
  expect(await paste(COMPOSE.replace(/ {2}jobs:[\s\S]*? {2}db:/, "  db:"))).toMatch(/0 new, 0 changed, 2 unchanged, 0 back again, 1 gone/);
  const gone = page.getByRole("row").filter({ hasText: "corner: services.jobs" });
  await expect(gone).toContainText("no longer in corner");
  await page.getByRole("button", { name: "Undo import of pasted text" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo import" }).click();
  await expect(gone).not.toContainText("no longer in corner");
  expect(await count("resource WHERE source = 'corner' AND gone_at IS NULL")).toBe(3);
});

test("a Prometheus rule file is imported twice, and the rules of the plan stay", async ({ page }) => {
  await signIn(page, server.url, personOf(server, "operator"));
  await page.goto(`${server.url}/alerts?tab=rules&panel=import`);
  expect(await bring(page, { name: "shop.rules.yml", text: RULES })).toMatch(/2 found: 2 new/);
  const rule = page.getByTestId("alert-rule").filter({ hasText: "ManyErrors" });
  await expect(rule).toContainText("job:errors:ratio > 0.05");
  await expect(rule).toContainText("critical");
  await expect(rule).toContainText("10 min");
  await expect(rule).toContainText("Customers see errors");
  expect(await bring(page, { name: "shop.rules.yml", text: RULES })).toMatch(/2 found: 0 new, 0 changed, 2 unchanged/);
  expect(await query(server.databaseUrl, "SELECT origin, count(*)::int AS n FROM alert_rule GROUP BY 1 ORDER BY 1")).toEqual([
    { origin: "import", n: 2 },
    { origin: "plan", n: 1 },
  ]);
});

test("a damaged, a foreign and a huge file are refused with a sentence, and nothing is stored", async ({ page }) => {
  await openInventory(page);
  const before = await count("resource");
  const refused = async (name: string, text: string | Buffer) => {
    await uploadOf(page)
      .locator("input[type=file]")
      .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text as string) });
    await uploadOf(page).getByRole("button", { name: "Show what would change" }).click();
    return uploadOf(page).getByRole("alert").innerText();
  };
  expect(await refused("cut.tfstate", STATE.slice(0, -20))).toMatch(/not valid JSON/);
  expect(await refused("notes.txt", "hello")).toMatch(/neither JSON nor/);
  expect(await refused("plan.out", Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0]))).toMatch(/no text/);
  const huge = await page.request.post(`${server.url}/api/v1/projects/${SLUG}/inventory?stack=now`, {
    headers: { origin: server.url },
    data: Buffer.alloc(33_000_000, 32),
  });
  expect(huge.status()).toBe(413);
  expect((await huge.json()).detail).toContain("larger than 32 MB");
  expect(await count("resource")).toBe(before);
});

test("the secrets are nowhere: not in the database, not in the logs, not in the pages", async ({ page }) => {
  const tables = await query<{ name: string }>(
    server.databaseUrl,
    "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
  );
  expect(tables.length).toBeGreaterThan(30);
  for (const { name } of tables) expect(await count(`${name} r WHERE position('${CANARY}' IN r::text) > 0`), name).toBe(0);
  // The search finds what is there.
  expect(await count("public.resource r WHERE position('db.m6g.large' IN r::text) > 0")).toBeGreaterThan(0);

  for (const file of filesBelow(path.join(server.dataDir, "log"))) expect(readFileSync(file, "utf8").includes(CANARY), file).toBe(false);

  await signIn(page, server.url, personOf(server, "operator"));
  for (const route of [
    `/projects/${SLUG}/inventory?stack=all&panel=import`,
    `/projects/${SLUG}/inventory/csv?stack=all`,
    "/alerts?tab=rules",
    "/audit",
    `/projects/${SLUG}`,
    `/api/v1/projects/${SLUG}/resources?limit=500`,
  ]) {
    const body = await (await page.request.get(server.url + route)).text();
    expect(body.length, route).toBeGreaterThan(200);
    expect(body.includes(CANARY), route).toBe(false);
  }
  await page.goto(`${server.url}/projects/${SLUG}/inventory?panel=import`);
  expect(await inspect(page)).toMatchObject({ nonsense: null, overflow: 0 });
});

function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
  expect(found.length).toBeGreaterThan(0);
  return found;
}
