/** One entry of the rail. `match` is the path prefix that marks it as current. */
export interface NavEntry {
  href: string;
  text: string;
  icon: "home" | "overview" | "inventory" | "costs" | "decision" | "metrics" | "migrations" | "plan" | "alerts" | "approvals" | "audit" | "settings";
  exact?: boolean;
}

/** Slug of the project a path belongs to, or null; `/projects/new` is the page that makes one. */
export function projectOfPath(pathname: string): string | null {
  const slug = /^\/projects\/([a-z0-9-]+)(?:\/|$)/.exec(pathname)?.[1] ?? null;
  return slug === "new" ? null : slug;
}

/** Entries of one project. */
export function projectEntries(slug: string): NavEntry[] {
  const base = `/projects/${slug}`;
  return [
    { href: base, text: "Overview", icon: "overview", exact: true },
    { href: `${base}/decision`, text: "Decision matrix", icon: "decision" },
    { href: `${base}/costs`, text: "Costs", icon: "costs" },
    { href: `${base}/inventory`, text: "Inventory", icon: "inventory" },
    { href: `${base}/metrics`, text: "Metrics", icon: "metrics" },
    { href: `${base}/migrations`, text: "Migrations", icon: "migrations" },
    { href: `${base}/plan`, text: "Plan", icon: "plan" },
  ];
}

/** Entries that belong to no project. */
export const WORKSPACE_ENTRIES: NavEntry[] = [
  { href: "/", text: "Portfolio", icon: "home", exact: true },
  { href: "/approvals", text: "Approvals", icon: "approvals" },
  { href: "/alerts", text: "Alerts", icon: "alerts" },
  { href: "/audit", text: "Audit", icon: "audit" },
  { href: "/settings", text: "Settings", icon: "settings" },
];

/** Whether the entry is the one for the path. */
export function isCurrent(entry: NavEntry, pathname: string): boolean {
  return entry.exact ? pathname === entry.href : pathname === entry.href || pathname.startsWith(`${entry.href}/`);
}
