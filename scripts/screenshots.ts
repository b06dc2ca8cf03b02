/*
 * `npm run screenshots [-- --only TEXT]`: starts a demo of its own and photographs every page at desktop and phone
 * size, light and dark, into screenshots/. Exits 1 when a page shows nonsense or scrolls sideways.
 */
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { DESKTOP, inspect, PHONE, projectPages, signIn, WORKSPACE_PAGES } from "@/e2e/support/pages";
import { startServer } from "@/e2e/support/server";
import config from "@/playwright.config";
import { buildIfStale } from "@/scripts/build";
import { root } from "./setup.mjs";

const PROJECTS = ["barum-aws", "venture-nudge", "tour-crm", "paircam", "apexmediation"];

function fileName(route: string): string {
  return route === "/" ? "portfolio" : route.replace(/^\//, "").replace(/[^a-z0-9]+/gi, "-");
}

async function photograph(browser: Browser, url: string, person: { email: string; password: string }, routes: string[]): Promise<string[]> {
  const problems: string[] = [];
  const first = await browser.newContext({ viewport: DESKTOP });
  await signIn(await first.newPage(), url, person);
  const storageState = await first.storageState();
  for (const [size, viewport] of [
    ["desktop", DESKTOP],
    ["phone", PHONE],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport, colorScheme, storageState, deviceScaleFactor: 1 });
      const page = await context.newPage();
      for (const route of routes) {
        await page.goto(url + route, { waitUntil: "networkidle" }).catch(() => page.goto(url + route));
        const report = await inspect(page).catch((error: Error) => ({ nonsense: error.message.split("\n")[0] ?? "", overflow: 0, answer: "" }));
        if (report.nonsense !== null) problems.push(`${route} (${size}, ${colorScheme}): shows "${report.nonsense}"`);
        if (report.overflow > 0) problems.push(`${route} (${size}, ${colorScheme}): ${report.overflow} px wider than the window`);
        await page.screenshot({ path: path.join(root, "screenshots", `${fileName(route)}.${size}.${colorScheme}.png`), fullPage: true });
      }
      await context.close();
    }
  }
  await first.close();
  return problems;
}

const at = process.argv.indexOf("--only");
const only = at > 0 ? process.argv[at + 1] : undefined;
const folder = path.join(root, "screenshots");
if (only === undefined) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await buildIfStale();
const server = await startServer({ seed: "demo" });
const browser = await chromium.launch(config.use?.launchOptions);
try {
  const routes = [...WORKSPACE_PAGES, ...PROJECTS.flatMap(projectPages), ...server.extraRoutes].filter((route) => only === undefined || route.includes(only));
  const owner = server.people[0];
  if (owner === undefined) throw new Error("The demo has no people.");
  const problems = await photograph(browser, server.url, owner, routes);
  for (const problem of problems) console.error(problem);
  console.log(`${routes.length} pages × 4 in screenshots/, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
}
