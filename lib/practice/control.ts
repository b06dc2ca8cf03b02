import type { Fault, PracticeDescription, PracticeSide } from "./types";

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.trim()}`);
}

/** Makes a backend fail or slow; `{}` heals it. */
export async function setFault(site: PracticeDescription, side: PracticeSide, fault: Fault): Promise<void> {
  await post(`${side === "old" ? site.urls.oldBackend : site.urls.newBackend}/fault`, fault);
}

/** Changes a load while the site runs; 0 stops it. */
export async function setRate(site: PracticeDescription, load: "writer" | "requests", perSecond: number): Promise<void> {
  const url = site.urls[load];
  if (url === null) throw new Error(`The site runs without ${load}.`);
  await post(`${url}/rate`, { perSecond });
}

export interface WriterStats {
  perSecond: number;
  acknowledged: number;
  refused: number;
  lastError: string | null;
}

export interface RequestStats {
  perSecond: number;
  sent: number;
  errors: number;
  maxMs: number;
  byStatus: Record<string, number>;
  bySide: Record<string, number>;
}

async function stats<T>(url: string | null): Promise<T> {
  if (url === null) throw new Error("The site runs without this part.");
  const response = await fetch(`${url}/stats`, {
    signal: AbortSignal.timeout(5_000),
  });
  return (await response.json()) as T;
}

/** Counts of the write load since it started. */
export function writerStats(site: PracticeDescription): Promise<WriterStats> {
  return stats<WriterStats>(site.urls.writer);
}

/** Counts of the request load since it started. */
export function requestStats(site: PracticeDescription): Promise<RequestStats> {
  return stats<RequestStats>(site.urls.requests);
}
