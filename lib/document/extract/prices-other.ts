import type { Draft, Entry } from "../draft";
import { describeService } from "../lexicon/providers";
import type { Section } from "../tree";
import type { Amount } from "./prices-bills";
import { type Defaults, nameOf, priceOf } from "./prices-reading";

/** What an amount is called that belongs to no stack. */
export interface About {
  name: string;
  /** The heading or label it stands under. */
  table: string;
  note?: string;
  stack?: string | null;
  quantity?: number | null;
  isTotal?: boolean;
  annual?: number | null;
}

/** Adds a price that belongs to no stack; the same amount twice on a line is one price. */
export function addOther(draft: Draft, amount: Amount, about: About, defaults: Defaults): void {
  const name = nameOf(about.name) || about.table || "Price";
  const price = priceOf(amount.money, defaults);
  if (about.annual != null && price.period !== "year") price.statedAnnual = about.annual;
  const entry: Entry<"otherPrices"> = { name: name.slice(0, 200), isTotal: about.isTotal === true, price, line: amount.line };
  if (about.table !== "") entry.table = about.table.slice(0, 200);
  const { provider } = describeService(name, about.note ?? "");
  if (provider !== null) entry.provider = provider;
  if (about.stack != null) entry.stack = about.stack;
  if (about.quantity != null) entry.quantity = about.quantity;
  draft.add("otherPrices", entry, amount.line);
}

/** The words a price of a section is listed under. */
export function tableOf(section: Section, label: string | null): string {
  return (label ?? section.title).slice(0, 200);
}
