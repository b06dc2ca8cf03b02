import type { Entry } from "../draft";
import { metricOf } from "../grammar/metric-names";
import { findMoney } from "../grammar/money";
import { findQuantities } from "../grammar/quantity";
import { ROLES } from "../lexicon/roles";
import { normalise, wordTest } from "../lexicon/words";
import { spokenLines } from "../texts";
import type { Block, DocumentTree, Line } from "../tree";
import { ensureMetric } from "./ensure-metric";
import type { Extract, Extraction } from "./types";

const CAPACITY = wordTest([
  "capacity",
  "capacities",
  "kapazitat*",
  "capacite",
  "capacites",
  "capacidad*",
  "sized for",
  "dimensioned for",
  "ausgelegt fur",
  "dimensionne pour",
  "dimensionad* para",
]);
const PLANNING = wordTest(["trigger*", "alert*", "threshold*", "planning", "reserved", "schwell*", "seuil*", "umbral*"]);
const LOAD_TEST = wordTest([
  "load test*",
  "stress test*",
  "loadtest*",
  "lasttest*",
  "belastungstest*",
  "test de charge",
  "tests de charge",
  "prueba* de carga",
]);
const CONCURRENT = /\b(?:concurrent|simultaneous|gleichzeitig\w*|simultanes?|simultaneos|concurrentes)\b/;
const LEAD = /^[\s•*·▪◦\-–]+/;

/** What a setup carries, the users a load test is done with, and those the cost is reckoned for. */
export const capacities: Extract = (at) => {
  for (const block of at.tree.blocks) {
    const label = block.label?.text ?? "";
    const title = block.type === "code" ? `${label} ${block.lines[0]?.text ?? ""}` : label;
    const about = [block.section.title, title].some((text) => CAPACITY.test(normalise(text)) && !PLANNING.test(normalise(text)));
    // "Capacity after the move" is that of the stack to come; "current capacity" may be either.
    const coming = [block.section.title, title].some((text) => ROLES.target.test(normalise(text)));
    const stack = coming ? at.draft.plan.stacks.find((one) => one.role === "target") : undefined;
    if (about) for (const line of entriesOf(block)) carry(at, line, stack);
  }
  loads(at, at.tree);
};

function entriesOf(block: Block): Line[] {
  if (block.type === "list") return block.items;
  if (block.type === "code" && block.language === "") return block.lines;
  if (block.type === "table")
    return block.rows.map((row) => ({
      line: row.line,
      text: row.cells
        .slice(0, 2)
        .map((cell) => cell.text)
        .join(": "),
    }));
  return [];
}

/** "Concurrent users: ~500": a name, a colon, one size. */
function carry({ draft }: Extraction, { line, text }: Line, stack: Entry<"stacks"> | undefined): void {
  const plain = text.replace(LEAD, "").trim();
  const colon = plain.indexOf(":");
  if (colon < 1 || plain.length > 160 || draft.claimed(line)) return;
  const [name, size] = [plain.slice(0, colon), plain.slice(colon + 1)];
  const found = findQuantities(size);
  const [quantity] = found;
  if (quantity === undefined || found.length > 1 || quantity.currency !== null || /[<>≤≥]/.test(size)) return;
  // "100 GB comfortable", not a sentence in which a number stands.
  if (normalise(size.slice(quantity.end)).split(" ").length > 4) return;
  const metric = metricOf(name, quantity.unit);
  if (metric === null) return;
  const amount = quantity.high === null ? { value: quantity.value } : { min: quantity.value, max: quantity.high };
  const approximate = /[~≈]|\b(?:about|around|ca|etwa|environ|aprox\w*|estimated)\b/.test(normalise(size.slice(0, quantity.start)));
  const entry = { metric: ensureMetric(draft, metric, line), ...amount, ...(approximate ? { approximate: true } : {}), line };
  if (stack === undefined) draft.add("capacity", entry, line);
  else stack.capacity = [...(stack.capacity ?? []), entry].slice(0, 200);
  draft.claim(line, "capacities");
}

function loads({ draft }: Extraction, tree: DocumentTree): void {
  for (const { line, text, kind } of spokenLines(tree)) {
    const plain = normalise(text);
    if (text.length > 200) continue;
    const tested = LOAD_TEST.test(plain);
    const reckoned = !tested && CONCURRENT.test(plain) && ROLES.cost.test(plain) && kind !== "cell";
    if (!tested && !reckoned) continue;
    const users = findQuantities(text).find((one) => one.unit === "users" && one.high === null);
    if (users === undefined || (reckoned && findMoney(text).length > 0)) continue;
    const metric = ensureMetric(
      draft,
      metricOf("concurrent users", "users") ?? { key: "concurrent_users", name: "Concurrent users", unit: "users", known: true },
      line,
    );
    if (tested && !draft.plan.successCriteria.some((one) => one.line === line && one.value !== undefined))
      draft.add("successCriteria", { text: text.slice(0, 500), metric, value: users.value, line }, line);
    else if (reckoned) draft.add("targets", { name: "Users the cost is reckoned for", metric, peak: users.value, line }, line);
  }
}
