import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { type Edit, editList, fingerprint, valueNow } from "@/lib/document/edits";
import { headingsOf, type Placed, placedEntries } from "@/lib/document/identity";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { type PlanDraft, readDraft, saveEdits } from "./drafts";
import { editedPlan } from "./edited-plan";
import { readDocumentOnce } from "./read-cache";
import type { Reading } from "./reading/reading";
import { buildReview } from "./review/build-review";
import { inWords, namesOf } from "./review/describe";
import { blankForm, coerced, formOf, freshEntry, specOf } from "./review/item-form";
import { wordOf } from "./review/kinds";
import type { FormField, Review } from "./review/types";

const id = z.string().min(1).max(2_000);
const change = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("set"),
    item: id,
    fields: z
      .array(z.strictObject({ target: id, field: z.string().max(80), value: z.json() }))
      .min(1)
      .max(40),
  }),
  z.strictObject({ op: z.literal("drop"), item: id }),
  z.strictObject({ op: z.literal("add"), list: z.string().max(120), parent: z.string().max(2_000), values: z.record(z.string(), z.json()) }),
  /** Takes corrections back, by their ids. */
  z.strictObject({ op: z.literal("undo"), edits: z.array(z.string().max(60)).min(1).max(2_000) }),
]);
const correctInput = z.strictObject({ draft: z.string().max(60), version: z.number().int(), change });
type Change = z.infer<typeof change>;

/** The review of a draft as it stands. */
export async function reviewDraft(ctx: Ctx, draftId: string): Promise<{ draft: PlanDraft; document: Reading; review: Review }> {
  const draft = await readDraft(ctx, draftId);
  const document = await readDocumentOnce(draft.source, draft.fileName);
  return { draft, document, review: buildReview(draft, document) };
}

/**
 * Corrects, drops, adds or takes back, and answers with the whole review as it then is.
 * @throws InvalidInputError when the correction does not make a valid plan, ConflictError when another window came first.
 */
export async function correctDraft(ctx: Ctx, raw: unknown): Promise<Review> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(correctInput, raw);
  const draft = await readDraft(ctx, input.draft);
  const document = await readDocumentOnce(draft.source, draft.fileName);
  const edits = changed(draft, document, input.change);
  if (edits.length > 2_000) throw new InvalidInputError("At most 2,000 corrections are kept: change the document itself.");
  const version = await saveEdits(ctx, draft.id, input.version, edits);
  return buildReview({ id: draft.id, version, edits }, document);
}

const formInput = z.union([z.strictObject({ draft: z.string().max(60), item: id }), z.strictObject({ draft: z.string().max(60), list: z.string().max(120) })]);

/** The fields by which an entry is corrected, or a new one of a list is made. */
export async function itemForm(ctx: Ctx, raw: unknown): Promise<{ fields: FormField[] }> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(formInput, raw);
  const draft = await readDraft(ctx, input.draft);
  const document = await readDocumentOnce(draft.source, draft.fileName);
  const edited = editedPlan(document.plan, draft.edits, headingsOf(document.tree));
  if ("list" in input) return { fields: blankForm(input.list, edited.plan) };
  const placed = [...edited.ids.values()].find((one) => one.id === input.item);
  if (placed === undefined) throw new NotFoundError("This entry");
  return { fields: formOf(placed, edited) };
}

/** The corrections after a change. Pure but for the ids of new ones. */
function changed(draft: PlanDraft, document: Reading, wish: Change): Edit[] {
  if (wish.op === "undo") return draft.edits.filter((edit) => !wish.edits.includes(edit.id));
  const headingAt = headingsOf(document.tree);
  const before = editedPlan(document.plan, draft.edits, headingAt);
  const names = namesOf(before.plan);
  const byId = new Map([...before.ids.values()].map((placed) => [placed.id, placed]));
  const known = (target: string): Placed => {
    const placed = byId.get(target);
    if (placed === undefined) throw new NotFoundError("This entry");
    return placed;
  };
  const labelOf = ({ identity, entry }: Placed) => {
    const { title } = inWords(identity.list, entry, names);
    return `${wordOf(identity.list)} "${title.slice(0, 200)}"`;
  };
  let edits: Edit[];
  if (wish.op === "add") {
    const value = freshEntry(wish.list, wish.values) as Extract<Edit, { op: "add" }>["value"];
    if (wish.parent !== "") known(wish.parent);
    edits = [...draft.edits, { id: newId(), op: "add", list: wish.list, parent: wish.parent, value, label: `new ${wordOf(wish.list)}` }];
  } else if (wish.op === "drop") edits = dropped(draft.edits, known(wish.item), labelOf(known(wish.item)), document);
  else {
    const read = new Map(placedEntries(document.plan, headingAt).map((placed) => [placed.id, placed]));
    edits = wish.fields.reduce((all, one) => withField(all, one, { known, read, labelOf, document, item: wish.item }), draft.edits);
  }
  refuseInvalid(document, edits, before.issues.length);
  return editList.parse(edits);
}

function dropped(edits: readonly Edit[], placed: Placed, label: string, document: Reading): Edit[] {
  // What was added by hand is not dropped but taken back.
  if (placed.id.startsWith("added:")) return edits.filter((edit) => `added:${edit.id}` !== placed.id);
  const read = placedEntries(document.plan, headingsOf(document.tree)).find((one) => one.id === placed.id);
  return [...edits, { id: newId(), op: "drop", target: placed.id, ...(read === undefined ? {} : { was: fingerprint(read.entry) }), label }];
}

interface Bench {
  known: (target: string) => Placed;
  read: ReadonlyMap<string, Placed>;
  labelOf: (placed: Placed) => string;
  document: Reading;
  item: string;
}

type FieldWish = Extract<Change, { op: "set" }>["fields"][number];

/** The corrections with one more field set; a field corrected before keeps what the document said. */
function withField(edits: readonly Edit[], wish: FieldWish, bench: Bench): Edit[] {
  if (wish.target.startsWith("new:")) return withPart(edits, wish, bench);
  const placed = bench.known(wish.target);
  const spec = specOf(placed, wish.field);
  if (spec === undefined) throw new InvalidInputError(`"${wish.field}" cannot be corrected here.`, [{ path: wish.field, message: "no such field" }]);
  const value = coerced(spec, wish.value, placed.entry[wish.field] ?? null) as Extract<Edit, { op: "set" }>["value"];
  if (placed.id.startsWith("added:")) {
    return edits.map((edit) => {
      if (edit.op !== "add" || `added:${edit.id}` !== placed.id) return edit;
      const { [wish.field]: _before, ...rest } = edit.value;
      return { ...edit, value: value === null ? rest : { ...rest, [wish.field]: value } };
    });
  }
  const others = edits.filter((edit) => !(edit.op === "set" && edit.target === placed.id && edit.field === wish.field));
  const read = bench.read.get(placed.id);
  const was = (read === undefined ? null : valueNow(bench.document.plan, read, wish.field)) as Extract<Edit, { op: "set" }>["value"];
  // Back to what the document says: no correction is left.
  if (isDeepStrictEqual(was, value)) return others;
  return [...others, { id: newId(), op: "set", target: placed.id, field: wish.field, value, was, label: bench.labelOf(placed) }];
}

/** A price for a service that had none: the fields of the price come one by one, the first makes it. */
function withPart(edits: readonly Edit[], wish: FieldWish, bench: Bench): Edit[] {
  const list = wish.target.slice("new:".length);
  if (wish.field !== "price") return [...edits];
  const value = freshEntry(list, { price: wish.value }) as Extract<Edit, { op: "add" }>["value"];
  const parent = bench.known(bench.item);
  if (parent.id.startsWith("added:"))
    return edits.map((edit) => (edit.op === "add" && `added:${edit.id}` === parent.id ? { ...edit, value: { ...edit.value, lineItems: [value] } } : edit));
  return [...edits, { id: newId(), op: "add", list, parent: parent.id, value, label: `price of ${bench.labelOf(parent)}` }];
}

/** @throws InvalidInputError when a correction brings in what a plan cannot hold. */
function refuseInvalid(document: Reading, edits: readonly Edit[], before: number): void {
  const { issues } = editedPlan(document.plan, edits, headingsOf(document.tree));
  // What rests on something dropped is left out and shown; anything else is a value that does not fit.
  const own = issues.filter((issue) => !issue.message.startsWith("there is no "));
  if (own.length > 0 && issues.length > before)
    throw new InvalidInputError(
      `This does not fit: ${own[0]?.message}.`,
      own.slice(0, 20).map((issue) => ({ path: issue.path.split(".").at(-1) ?? "", message: issue.message })),
    );
}

/** Longest part of a line that is shown. */
const SHOWN = 2_000;

/** Lines of the document as they were read, for the page; long ones are cut. */
export function shownLines(document: Reading, from: number, count: number): string[] {
  return document.tree.lines.slice(from - 1, from - 1 + count).map((line) => (line.length > SHOWN ? `${line.slice(0, SHOWN)} …` : line));
}

/** Lines of a draft from a line on. @throws NotFoundError */
export async function documentLines(ctx: Ctx, draftId: string, from: number, count: number): Promise<string[]> {
  const draft = await readDraft(ctx, draftId);
  return shownLines(await readDocumentOnce(draft.source, draft.fileName), from, count);
}
