import { PRODUCTS, type Product } from "../lexicon/products";
import type { Extract } from "./types";

const RESOURCE = /^\s*resource\s+"([a-z0-9_]+)"/;
const MULTI_ZONE = /^\s*(?:multi_az\s*=\s*true|availability_type\s*=\s*"REGIONAL"|high_availability\b)|--multi-az\b/;

/** What the document's infrastructure as code and commands make: each product once, with whether it stands in two zones. */
export const created: Extract = ({ tree, draft }) => {
  const seen = new Map<string, { product: string; provider: string; group: Product["group"]; multiZone?: boolean; line: number }>();
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    let open: string | null = null;
    for (const { line, text } of block.lines) {
      if (text.length > 400) continue;
      const type = RESOURCE.exec(text)?.[1];
      const made = type === undefined ? byCommand(text) : PRODUCTS.find((one) => one.terraform.some((start) => type.startsWith(start)));
      if (type !== undefined) open = made?.product ?? null;
      if (made !== undefined && !seen.has(made.product)) seen.set(made.product, { product: made.product, provider: made.provider, group: made.group, line });
      const entry = seen.get(made?.product ?? open ?? "");
      if (entry !== undefined && MULTI_ZONE.test(text)) entry.multiZone = true;
    }
  }
  for (const entry of seen.values()) draft.add("created", entry, entry.line);
};

function byCommand(text: string): Product | undefined {
  const plain = text.trim().replace(/^(?:\$|sudo)\s+/, "");
  return PRODUCTS.find((one) => one.commands.some((command) => plain.startsWith(command)));
}
