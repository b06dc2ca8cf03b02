import type { Draft, Entry } from "../draft";
import { metricOf } from "../grammar/metric-names";
import { ALL_PHRASE, ANY, type PlaceKind } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import { ensureMetric } from "./ensure-metric";
import { stackOf, transitionOf } from "./stacks-names";
import { limitsOf, qualitiesOf } from "./triggers-all";
import type { Limit } from "./triggers-limits";
import { type Around, type Place, saysItself } from "./triggers-places";
import type { Extract } from "./types";

type Kind = "migrate" | "block" | "justify" | "review";
const KINDS: ReadonlySet<PlaceKind> = new Set<PlaceKind>(["migrate", "block", "justify", "review"]);
const isKind = (kind: PlaceKind): kind is Kind => KINDS.has(kind);

/** When to move, when not to, what justifies it and when to look again: limits, and yes/no conditions. */
export const triggers: Extract = ({ tree, draft }) => {
  const groups = new Groups(draft);
  const limits = limitsOf(tree).filter((limit) => isKind(limit.kind));
  const numeric = new Set(limitsOf(tree).map((limit) => limit.line));
  const statements = [
    ...limits.map((limit) => ({ line: limit.line, add: () => addLimit(draft, groups, limit) })),
    ...qualitiesOf(tree, KINDS)
      .filter((statement) => !numeric.has(statement.line))
      .map((statement) => ({ line: statement.line, add: () => addQuality(draft, groups, statement.text, statement.line, statement.place, statement.around) })),
  ].sort((a, b) => a.line - b.line);
  for (const statement of statements) statement.add();
  groups.finish();
};

function addLimit(draft: Draft, groups: Groups, limit: Limit): void {
  if (!isKind(limit.kind)) return;
  const group = groups.of(limit.kind, limit.place, limit.around);
  const metric = ensureMetric(draft, limit.metric, limit.line);
  const to = limit.action === null ? null : stackOf(draft, limit.action);
  const entry: Entry<"triggers"> = {
    key: draft.key("triggers", `${limit.metric.key} ${limit.kind === "migrate" ? "" : limit.kind}`, "trigger"),
    ...(group === null ? {} : { group: group.key }),
    kind: limit.kind,
    metric,
    op: limit.op,
    value: limit.value,
    ...(limit.high === null ? {} : { high: limit.high }),
    ...(limit.unit === null ? {} : { unit: limit.unit.slice(0, 40) }),
    ...(limit.for === null ? {} : { for: limit.for }),
    ...(limit.forText === null ? {} : { forText: limit.forText }),
    ...(limit.approximate ? { approximate: true } : {}),
    ...groups.sides(limit.around, limit.text, to),
    text: limit.text.slice(0, 500),
    line: limit.line,
  };
  draft.add("triggers", entry, limit.line);
  draft.claim(limit.line, "triggers");
}

function addQuality(draft: Draft, groups: Groups, text: string, line: number, place: Place | null, around: readonly Around[]): void {
  const kind = place?.kind;
  if (kind === undefined || !isKind(kind)) return;
  const named = metricOf(text, null);
  const key = draft
    .key("conditions", text.replace(/\([^()]*\)/g, " "), "condition")
    .slice(0, 60)
    .replaceAll("-", "_");
  if (named === null) return;
  const metric = ensureMetric(draft, { key, name: text.slice(0, 190), unit: null, known: false }, line, "boolean");
  const group = groups.of(kind, place, around);
  draft.add(
    "triggers",
    {
      key: draft.key("triggers", key, "condition"),
      ...(group === null ? {} : { group: group.key }),
      kind,
      metric,
      op: "is",
      value: true,
      ...groups.sides(around, text, null),
      text: text.slice(0, 500),
      line,
    },
    line,
  );
  draft.claim(line, "triggers");
}

interface Group {
  key: string;
  kind: Kind;
  /** Line of the heading it stands under: groups of one heading belong together. */
  heading: number;
}

/** Groups of triggers by the words that introduce them. */
class Groups {
  private readonly found = new Map<string, Group>();

  constructor(private readonly draft: Draft) {}

  /** The group of what stands under these words; null for a sentence that stands alone. */
  of(kind: Kind, place: Place | null, around: readonly Around[]): Group | null {
    const nearest = around[0];
    if (place === null || nearest === undefined) return null;
    const id = saysItself(place) ? `${kind} said ${place.by.text}` : `${kind} ${nearest.line}`;
    const before = this.found.get(id);
    if (before !== undefined) return before;
    const heading = around.find((one) => one.nearness !== "label");
    const label = nearest.nearness === "label" ? nearest.text : null;
    const said = saysItself(place) ? place.by.text.slice(0, 80) : label;
    const name = [heading?.text, said].filter((one) => one !== undefined && one !== null && one !== "").join(": ") || place.by.text;
    const stated = saysItself(place) ? combineOfSentence(place.by.text) : combineOf(around);
    const group = { key: this.draft.key("triggerGroups", name, "triggers"), kind, heading: heading?.line ?? 0 };
    this.found.set(id, group);
    this.draft.add(
      "triggerGroups",
      {
        key: group.key,
        name: name.slice(0, 200),
        kind,
        combine: stated ?? "any",
        combineStated: stated !== null,
        ...this.sides(around, name, null),
        line: nearest.line,
      },
      nearest.line,
    );
    return this.draft.plan.triggerGroups.some((one) => one.key === group.key) ? group : null;
  }

  /** From which stack to which: as the words around say, else from the current one to the target. */
  sides(around: readonly Around[], text: string, action: string | null): { from?: string; to?: string } {
    const { draft } = this;
    for (const one of [text, ...around.map((other) => other.text)]) {
      const sides = transitionOf(draft, one);
      if (sides?.from != null && sides.to !== null) return { from: sides.from, to: action ?? sides.to };
    }
    const role = (wanted: string) => draft.plan.stacks.filter((stack) => stack.role === wanted);
    const [from, to] = [role("current"), role("target")];
    const first = from.length >= 1 ? from[0]?.key : undefined;
    const last = action ?? (to.length === 1 ? to[0]?.key : undefined);
    return { ...(first === undefined || first === last ? {} : { from: first }), ...(last === undefined ? {} : { to: last }) };
  }

  /** Groups that block override those that move, under the same heading or, where there is but one, everywhere. */
  finish(): void {
    const all = [...this.found.values()];
    for (const group of all) {
      if (group.kind !== "block") continue;
      const moving = all.filter((other) => other.kind === "migrate" || other.kind === "justify").map((other) => other.key);
      const entry = this.draft.plan.triggerGroups.find((one) => one.key === group.key);
      if (entry !== undefined && moving.length > 0) entry.overrides = moving.slice(0, 200);
    }
  }
}

/** "… or …" is any, "… and …" is all. */
function combineOfSentence(text: string): "any" | "all" | null {
  const plain = normalise(text);
  if (ANY.test(plain) || /\s(?:or|oder|ou|o)\s/.test(plain)) return "any";
  return ALL_PHRASE.test(plain) || /\s(?:and|und|et|y)\s/.test(plain) ? "all" : null;
}

/** Whether any or all must hold, where the words around say so. */
function combineOf(around: readonly Around[]): "any" | "all" | null {
  for (const one of around) {
    if (one.nearness === "above") return null;
    const plain = normalise(one.text);
    if (ALL_PHRASE.test(plain)) return "all";
    if (ANY.test(plain)) return "any";
  }
  return null;
}
