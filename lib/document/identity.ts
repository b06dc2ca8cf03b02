import { normalise } from "./lexicon/words";
import { linesOf } from "./locate";

/*
 * What an entry of a plan is known by from one version of a document to the next: the list it is in, what it is inside
 * of, its own name and the heading it stands under. Never its position or its line, which any change above it moves.
 */

export interface Identity {
  /** Names of the lists from the plan down: `stacks.resources`. */
  list: string;
  /** Names of the entries it is inside of, outermost first. */
  within: string[];
  name: string;
  /** Nearest heading above its first line, without numbering; empty where there is none. */
  heading: string;
  /** 1, or the place among entries that are alike in everything else. */
  nth: number;
}

export interface Placed {
  id: string;
  identity: Identity;
  entry: Record<string, unknown>;
  /** The array that holds it; null for the one entry of a kind (the project). */
  parent: unknown[] | null;
}

/** Text of the nearest heading above a line. */
export type HeadingAt = (line: number) => string;

/** Fields that hold what an entry is called, best first. */
const NAMES = [
  "name",
  "title",
  "what",
  "text",
  "component",
  "scope",
  "symptom",
  "subject",
  "service",
  "host",
  "trigger",
  "event",
  "option",
  "label",
  "factor",
  "of",
  "metric",
  "key",
] as const;

/** What identifies an entry besides its name, where the name alone says its value or nothing. */
function nameOf(list: string, entry: Record<string, unknown>): string {
  const text = (field: string) => (typeof entry[field] === "string" || typeof entry[field] === "number" ? String(entry[field]) : "");
  switch (list) {
    case "triggers":
      return [text("metric"), text("kind"), text("op"), text("from"), text("to")].join(" ").trim();
    case "migrations.guards": {
      const source = entry.source as { metric?: unknown; query?: unknown } | undefined;
      return [source?.metric ?? source?.query ?? text("title"), text("op")].map(String).join(" ");
    }
    case "migrations.rollback.conditions":
    case "successCriteria":
    case "goals":
      return text("metric") === "" ? text("text") : [text("metric"), text("op"), text("stack")].join(" ").trim();
    case "stacks.statedTotals":
      return [text("kind"), text("period")].join(" ");
    case "stacks.resources.lineItems":
      return text("name");
    case "migrations.traffic":
      return [text("purpose"), text("at")].join(" ").trim();
    case "otherPrices":
      return [text("name"), text("table")].join(" / ");
    case "alertRules":
      return text("name") || text("metric") || text("expr");
    case "dnsRecords":
      return [text("type"), text("name")].join(" ");
    default:
      return NAMES.map(text).find((found) => found !== "") ?? "";
  }
}

/** A name as it is compared: no accents, no case, no numbering in front. */
function compared(name: string): string {
  return normalise(name)
    .replace(/^[\d.()[\]]+(?: |$)/, "")
    .slice(0, 160);
}

/** The identity of an entry, but for its place among equal ones. Pure. */
function identityOf(entry: Record<string, unknown>, list: string, within: readonly string[], headingAt: HeadingAt): Omit<Identity, "nth"> {
  const line = linesOf(entry)[0];
  return { list, within: [...within], name: compared(nameOf(list, entry)), heading: line === undefined ? "" : compared(headingAt(line)) };
}

/** An identity as one text, to be stored and compared. */
export function idOf({ list, within, name, heading, nth }: Identity): string {
  return JSON.stringify([list, within, name, heading, nth]);
}

/** The identity behind a text made by `idOf`; null for any other text. */
export function readId(id: string): Identity | null {
  try {
    const value: unknown = JSON.parse(id);
    if (!Array.isArray(value) || value.length !== 5) return null;
    const [list, within, name, heading, nth] = value as unknown[];
    if (typeof list !== "string" || typeof name !== "string" || typeof heading !== "string" || typeof nth !== "number") return null;
    return Array.isArray(within) && within.every((one) => typeof one === "string") ? { list, within, name, heading, nth } : null;
  } catch {
    return null;
  }
}

/** Every entry of a plan with its identity, in the order of the plan. Pure, linear in its size. */
export function placedEntries(plan: object, headingAt: HeadingAt): Placed[] {
  const found: Placed[] = [];
  const count = new Map<string, number>();
  const visit = (value: unknown, list: string, within: readonly string[]) => {
    if (Array.isArray(value)) {
      for (const entry of value) if (isRecord(entry)) place(entry, value, list, within);
    } else if (isRecord(value)) descend(value, list, within);
  };
  const descend = (value: Record<string, unknown>, list: string, within: readonly string[]) => {
    for (const [field, child] of Object.entries(value))
      if (typeof child === "object" && child !== null) visit(child, list === "" ? field : `${list}.${field}`, within);
  };
  const place = (entry: Record<string, unknown>, parent: unknown[] | null, list: string, within: readonly string[]) => {
    const known = identityOf(entry, list, within, headingAt);
    const base = JSON.stringify([list, within, known.name, known.heading]);
    const nth = (count.get(base) ?? 0) + 1;
    count.set(base, nth);
    const identity = { ...known, nth };
    found.push({ id: idOf(identity), identity, entry, parent });
    descend(entry, list, [...within, nth === 1 ? known.name : `${known.name} #${nth}`]);
  };
  for (const [field, value] of Object.entries(plan)) {
    if (field === "project" && isRecord(value)) {
      const identity = { list: "project", within: [], name: "", heading: "", nth: 1 };
      found.push({ id: idOf(identity), identity, entry: value, parent: null });
    } else if (typeof value === "object" && value !== null) visit(value, field, []);
  }
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Looks up the nearest heading above a line of a document. */
export function headingsOf(tree: { sections: readonly { line: number; title: string }[] }): HeadingAt {
  const sections = tree.sections;
  return (line) => {
    let low = 0;
    let high = sections.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((sections[middle]?.line ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return sections[low]?.title ?? "";
  };
}
