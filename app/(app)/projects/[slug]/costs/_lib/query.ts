import { addMonths, monthStart } from "@/lib/core/time";

export const TABS = ["plan", "before-after", "over-time", "curve"] as const;
export type Tab = (typeof TABS)[number];

/** What the address says; defaults stay out of it. */
export interface CostView {
  tab: Tab;
  months: 6 | 12 | 24;
  /** Custom range of days, [from, to); instead of `months`. */
  custom: { from: string; to: string } | null;
  labor: boolean;
  stack: string | undefined;
  before: string | undefined;
  after: string | undefined;
  metric: string | undefined;
  usage: number | undefined;
}

type Search = Record<string, string | string[] | undefined>;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readView(search: Search): CostView {
  const one = (name: string) => (typeof search[name] === "string" ? search[name] : undefined);
  const [tab, range, from, to, usage] = [one("tab"), one("range"), one("from"), one("to"), Number(one("usage"))];
  const custom = from !== undefined && to !== undefined && valid(from) && valid(to) && from < to ? { from, to } : null;
  return {
    tab: TABS.find((name) => name === tab) ?? "plan",
    months: range === "6m" ? 6 : range === "24m" ? 24 : 12,
    custom,
    labor: one("labor") !== "without",
    stack: one("stack"),
    before: one("before"),
    after: one("after"),
    metric: one("metric"),
    usage: Number.isFinite(usage) && usage > 0 ? usage : undefined,
  };
}

function valid(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return DAY.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) && day > "2000" && day < "2100";
}

/** The range as instants: whole months back from the month of now, and a quarter ahead for projections. */
export function rangeOf(view: CostView, now: Date): { from: Date; to: Date; ahead: Date } {
  if (view.custom !== null) {
    const to = new Date(`${view.custom.to}T00:00:00Z`);
    return { from: new Date(`${view.custom.from}T00:00:00Z`), to, ahead: to };
  }
  const next = addMonths(monthStart(now), 1);
  return { from: addMonths(next, -view.months), to: next, ahead: addMonths(next, 3) };
}

/** Address of the same view with changes; null takes a parameter out. */
export function hrefOf(search: Search, changes: Record<string, string | null>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...search, ...changes })) if (typeof value === "string" && value !== "") query.set(name, value);
  if (query.get("tab") === "plan") query.delete("tab");
  if (query.get("range") === "12m") query.delete("range");
  const text = query.toString();
  return text === "" ? "?" : `?${text}`;
}
