import type { Page } from "@playwright/test";

/** Pages of one project. */
export function projectPages(slug: string): string[] {
  const base = `/projects/${slug}`;
  return [
    base,
    `${base}/decision`,
    `${base}/costs`,
    `${base}/costs?tab=before-after`,
    `${base}/costs?tab=over-time`,
    `${base}/inventory`,
    `${base}/metrics`,
    `${base}/migrations`,
    `${base}/plan`,
  ];
}

/** Pages that belong to no project. */
export const WORKSPACE_PAGES = [
  "/",
  "/approvals",
  "/alerts",
  "/audit",
  "/settings",
  "/settings/people",
  "/settings/tokens",
  "/settings/connections",
  "/settings/policy",
  "/settings/browsers",
];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Signs a person in through the form. */
export async function signIn(page: Page, baseUrl: string, person: { email: string; password: string }): Promise<void> {
  await page.goto(`${baseUrl}/sign-in`);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** What must never be read on a page, whatever its state. */
const NONSENSE = /\b(NaN|undefined|Invalid Date|\[object Object\]|Application error|Internal Server Error)\b/;

export interface PageReport {
  /** Nonsense found in the visible text. */
  nonsense: string | null;
  /** Pixels the document is wider than the window. */
  overflow: number;
  answer: string;
}

/** Reads what every page must satisfy. */
export async function inspect(page: Page): Promise<PageReport> {
  const text = await page.locator("body").innerText();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const answer = await page.getByTestId("answer").first().innerText({ timeout: 5_000 });
  return { nonsense: NONSENSE.exec(text)?.[0] ?? null, overflow: Math.max(0, overflow), answer };
}
