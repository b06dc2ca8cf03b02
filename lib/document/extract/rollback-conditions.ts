import type { Draft } from "../draft";
import type { PlaceKind } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import { ensureMetric } from "./ensure-metric";
import { limitsOf, type Quality, qualitiesOf } from "./triggers-all";
import { cueOf } from "./triggers-places";
import { type Statement, statementsOf } from "./triggers-statements";
import type { Extract } from "./types";

type Migration = Draft["plan"]["migrations"][number];

/** When to go back: limits, and conditions without a number. Runs behind migrations, to which the conditions belong. */
export const rollbackConditions: Extract = ({ tree, draft }) => {
  const limits = limitsOf(tree).filter((limit) => limit.kind === "rollback");
  for (const limit of limits) {
    const migration = migrationAt(draft, limit.line);
    if (migration === null) return;
    const metric = ensureMetric(draft, limit.metric, limit.line);
    conditionsOf(migration).push({
      metric,
      op: limit.op,
      value: limit.value,
      ...(limit.high === null ? {} : { high: limit.high }),
      ...(limit.unit === null ? {} : { unit: limit.unit.slice(0, 40) }),
      ...(limit.for === null ? {} : { window: limit.for }),
      text: limit.text.slice(0, 500),
      line: limit.line,
    });
    draft.claim(limit.line, "rollback");
  }
  const numeric = new Set(limitsOf(tree).map((limit) => limit.line));
  for (const { text, line } of wordsOnly(statementsOf(tree), qualitiesOf(tree, ROLLBACK))) {
    if (numeric.has(line)) continue;
    const migration = migrationAt(draft, line);
    if (migration === null) return;
    conditionsOf(migration).push({ text: text.slice(0, 500), line });
    draft.claim(line, "rollback");
  }
};

const ROLLBACK: ReadonlySet<PlaceKind> = new Set<PlaceKind>(["rollback"]);
/** A label that says that conditions follow, not steps. */
const CONDITIONS =
  /(?<![\p{L}])(?:triggers?|criteria|conditions?|thresholds?|auslose\p{L}*|kriterien|bedingungen|declencheurs?|criteres?|disparador\p{L}*|criterios?|condiciones)(?![\p{L}])|(?:^|\s)(?:in case of|in the event of|bei|im fall von|en cas de|en cas d'|en caso de|when|if|wenn|sobald|falls|si|quand|lorsque|cuando)(?:$|\s(?:any|one|either|all|the following|these|eine|folgende|un|une|l'un|les|alguna|una)(?![\p{L}]))/u;
/** "When we go back", "Bail out if …", "Any of these means we flip back": headings of conditions. */
const HEADED_IF =
  /^(?:\d+(?:\.\d+)*[.)]? )?(?:when|if|wann|wenn|falls|sobald|si|quand|lorsque|cuando|(?:any|one|either) (?:one )?of|eine[rs]? (?:der|davon)|l'un|alguna?|bail out|abort|stop) /;
/** A sentence or label such as "If issues occur, switch back". */
const IF = /^(?:if|when|in case of|wenn|falls|bei|sobald|si|en cas de|quand|lorsque|en caso de|cuando)\s/;

function wordsOnly(statements: readonly Statement[], points: readonly Quality[]): { text: string; line: number }[] {
  const found = points
    .filter(({ text }) => !TELLING.test(normalise(text)))
    .filter(({ around }) =>
      around.some(
        ({ text, nearness }, i) =>
          (i === 0 || nearness !== "above") && [CONDITIONS, HEADED_IF].some((test) => test.test(normalise(text).replace(/[:,\s]+$/, ""))),
      ),
    )
    .map(({ text, line }) => ({ text, line }));
  const seen = new Set(found.map(({ line }) => line));
  for (const statement of statements) {
    // "The committee reverses the decision if the close is late on three days": said by a sentence wherever it stands.
    if (
      statement.form === "sentence" &&
      !LEADS_ON.test(normalise(statement.text)) &&
      !seen.has(statement.line) &&
      cueOf(statement.text) === "rollback" &&
      SAYS_IF.test(normalise(statement.text))
    ) {
      seen.add(statement.line);
      found.push({ text: statement.text, line: statement.line });
      continue;
    }
    const near = [{ text: statement.text, line: statement.line }];
    const labels = statement.around.filter((one) => one.nearness === "label").map(({ text, line }) => ({ text, line }));
    const inside =
      statement.around.some((one) => one.nearness === "heading" && ROLLBACK_HEADING.test(normalise(one.text))) || statement.place?.kind === "rollback";
    if (!inside) continue;
    for (const one of [...labels, ...near]) {
      if (seen.has(one.line) || !IF.test(normalise(one.text)) || /\d\s?(?:%|ms|s|min)(?![\p{L}])/u.test(one.text)) continue;
      seen.add(one.line);
      found.push({ text: one.text, line: one.line });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

/** A condition inside a sentence that is no question and no description. */
const SAYS_IF = /^[^?]*(?<![\p{L}])(?:if|when|once|as soon as|wenn|sobald|falls|si|quand|lorsque|des que|cuando|en cuanto)(?![\p{L}])[^?]*$/u;

/** "We point DNS back when": the conditions stand below. */
const LEADS_ON = /(?:[:：,]|(?<![\p{L}])(?:if|when|once|wenn|sobald|falls|si|quand|lorsque|cuando))\W*$/u;

/** "How: …", "Until: day 24": how the way back goes. */
const TELLING =
  /^(?:how|until|till|who|owner|steps?|procedure|deadline|effort|takes|wie|bis|wer|ablauf|schritte|vorgehen|comment|jusqu'a|qui|etapes|delai|como|hasta|quien|pasos|plazo)(?: to)?\s?:/;
const ROLLBACK_HEADING = /(?:roll ?back|back ?out|ruckfall|retour arriere|reversion|marcha atras)/;

function conditionsOf(migration: Migration) {
  migration.rollback ??= {};
  migration.rollback.conditions ??= [];
  return migration.rollback.conditions;
}

/** The migration a line belongs to: the last one that begins above it, else the first. A document with none gets one between its stacks. */
function migrationAt(draft: Draft, line: number): Migration | null {
  const { migrations } = draft.plan;
  if (migrations.length === 0) {
    const from = sideOf(draft, "current", line);
    const to = sideOf(draft, "target", line);
    draft.add("migrations", { key: draft.key("migrations", "migration"), name: "Migration", from, to, line }, line);
  }
  const lineOf = (migration: Migration) => (Array.isArray(migration.line) ? migration.line[0] : (migration.line ?? 0));
  const above = migrations.filter((migration) => lineOf(migration) <= line);
  return above.toSorted((a, b) => lineOf(b) - lineOf(a))[0] ?? migrations[0] ?? null;
}

/** The stack a move starts from or leads to; one is added where the document has none. */
function sideOf(draft: Draft, role: "current" | "target", line: number): string {
  const { stacks } = draft.plan;
  const phases = stacks.filter((stack) => stack.role === "phase");
  const known = stacks.find((stack) => stack.role === role) ?? (phases.length > 1 ? (role === "current" ? phases[0] : phases.at(-1)) : undefined);
  if (known !== undefined) return known.key;
  const name = role === "current" ? "Current stack" : "Target stack";
  const key = draft.key("stacks", name, "stack");
  draft.add("stacks", { key, name, role, line }, line);
  return key;
}
