import { parseDuration } from "@/lib/core/duration";
import { findCalendar } from "../grammar/calendar";
import { type DurationMention, findDurations } from "../grammar/duration";
import { DECOMMISSION, KEEP_OLD, OLD_SIDE, WATCH } from "../lexicon/commands";
import type { SectionRole } from "../lexicon/roles";
import { NO_DOWNTIME, TOOL_FEATURE } from "../lexicon/statements";
import { normalise, wordTest } from "../lexicon/words";
import { type Spoken, spokenLines } from "../texts";
import { headingPath } from "../tree";
import { windowIn } from "./maintenance-window";
import type { PlanMigrationInput, PlanPhaseInput, ScheduleEntry } from "./migration-types";
import type { Move } from "./migrations";
import { isTitle } from "./phase-places";
import type { Extraction } from "./types";

type After = Pick<PlanMigrationInput, "observation" | "decommission" | "window" | "estimatedDowntime" | "estimatedDuration">;

const DAY = 86_400_000;
const HOUR = 3_600_000;
const DOWNTIME = wordTest([
  "downtime",
  "outage",
  "service interruption",
  "ausfallzeit",
  "ausfall",
  "temps d'arret",
  "interruption",
  "coupure",
  "tiempo de inactividad",
  "parada",
  "caida",
]);
const ESTIMATE =
  /^\W*(?:(?:estimated|expected|planned|max(?:imum)?|total|target|anticipated|approx\w*|geschatzte|erwartete|geplante|voraussichtliche|maximale|prevue?|estimee?|estimado|previsto|esperado|maximo)\s+)*(?:service\s+)?(?:downtime|outage|ausfallzeit|ausfall|temps d'arret|interruption|coupure|tiempo de inactividad|parada|caida)(?:\s+(?:estime|estimee|prevue?|maximale?|estimado|previsto|maximo|during [\w ]{3,30}))?\s*(?:[:=(<~|]|is|of|under|less than|:|betragt|unter|est)/;
const OF_DOWNTIME =
  /^\s*(?:of\s+|de\s+|d')?(?:planned\s+|expected\s+|total\s+)?(?:downtime|outage|service interruption|ausfall|d'interruption|interruption|coupure|de parada|de inactividad)/;
const DURATION_LABEL =
  /\b(?:(?:total|overall|estimated|expected|gesamt\w*|geschatzte|totale?|estimee?|estimad[ao])\s+(?:\w+\s+){0,2}(?:duration|timeline|time|dauer|duree|duracion|tiempo)|(?:migration|project|move)\s+(?:timeline|duration|time)|gesamtdauer|duree totale|duracion total)\b(?!\s+to\s)/;
const NOT_DURATION = /\b(?:launch|response|load|downtime|recovery|query|query|break ?even|payback|ttl)\b/;
const STABLE = /\b(?:stable|stability|stabil\w*|sans incident|estable|without (?:issues|incidents))\b/;
const MINIMUM = /\b(?:minimum|at least|min\.?|mindestens|au moins|minimo|al menos|or more)\b/;
const SAME_DAY = /\b(?:same day|right after|immediately|at once|am selben tag|sofort|le jour meme|aussitot|el mismo dia|inmediatamente)\b/;
const COPIES = wordTest([
  "backup*",
  "log",
  "logs",
  "snapshot*",
  "sicherung*",
  "sauvegarde*",
  "copia*",
  "secret*",
  "audit",
  "archive*",
  "ttl",
  "cache",
  "retention",
]);
const NO_OLD = wordTest(["terraform", "script*", "repo", "feature flag*", "pull request", "column*", "index*"]);
const NOT_PLACES: ReadonlySet<SectionRole> = new Set<SectionRole>([
  "cost",
  "trigger",
  "alert",
  "backup",
  "economics",
  "saving",
  "block",
  "justify",
  "benchmark",
  "security",
]);

/** What the headings above a line and its label are about; the title of the document speaks of everything and counts for nothing. */
function rolesAround({ section, block }: Spoken, { outline, tree }: Extraction): SectionRole[] {
  const headings = headingPath(section).filter((one) => !isTitle(one, tree));
  return [...headings.flatMap((one) => [...outline.own(one)]), ...(block === null ? [] : outline.label(block))];
}

/** What is said of the time after the switch and of its cost in time: watching, keeping, removing, downtime, window, length. */
export function afterOf(at: Extraction, move: Move, only: boolean, phases: readonly PlanPhaseInput[], schedule: readonly ScheduleEntry[]): After {
  const said = spokenLines(at.tree).filter((one) => one.line >= move.from && one.line <= move.to && one.text.length <= 500);
  const about = said.filter((one) => one.kind !== "cell" && !rolesAround(one, at).some((role) => NOT_PLACES.has(role)));
  const decommission = decommissionOf(about, phases, schedule);
  const observation = observationOf(about, decommission);
  const window = windowOf(said, move);
  const downtime = downtimeOf(said, at, only);
  const length = lengthOf(about);
  return {
    ...(observation === undefined ? {} : { observation }),
    ...(decommission === undefined ? {} : { decommission }),
    ...(window === undefined ? {} : { window }),
    ...(downtime === undefined ? {} : { estimatedDowntime: downtime }),
    ...(length === undefined ? {} : { estimatedDuration: length }),
  };
}

/** "after 8 March 2026", "ab 16.02.2026": a day of its own. */
const DATED =
  /(?:\b(?:after|from|on|until|nach|ab|am|apres|le|a partir du|despues del|desde el)\s+)?(?:\b20\d\d-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]20\d\d\b|\b\d{1,2}\.? (?:de )?\p{L}{3,10}\.?(?: de)?(?: 20\d\d)\b|\b\p{L}{3,9} \d{1,2},? 20\d\d\b)/u;

type Decommission = NonNullable<After["decommission"]>;

function decommissionOf(said: readonly Spoken[], phases: readonly PlanPhaseInput[], schedule: readonly ScheduleEntry[]): Decommission | undefined {
  const lines: number[] = [];
  const found: Decommission = {};
  for (const { text, line, kind } of said) {
    const kept = kind === "comment" ? null : keptThenRemoved(text);
    if (kept !== null && found.after === undefined) {
      found.after = kept;
      lines.push(line);
      continue;
    }
    for (const part of clauses(text)) {
      const plain = normalise(part);
      const durations = findDurations(part).filter((one) => one.ms >= HOUR);
      const removes = DECOMMISSION.test(plain) && !COPIES.test(plain) && !NO_OLD.test(plain) && kind !== "comment" && !keeps(plain);
      if (
        removes &&
        found.after === undefined &&
        durations[0] !== undefined &&
        /\b(?:after|nach|apres|tras|despues|once|following|keep|later|spater|plus tard|in)\b/.test(plain) &&
        isRemoval(plain)
      ) {
        found.after = durations[0].duration;
        if (MINIMUM.test(plain)) found.minimum = true;
        if (STABLE.test(plain)) found.condition = part.trim().slice(0, 300);
        lines.push(line);
      } else if (keeps(plain) && MINIMUM.test(plain) && durations[0] !== undefined && found.after === undefined && !COPIES.test(plain)) {
        found.after = durations[0].duration;
        found.minimum = true;
        lines.push(line);
      }
    }
  }
  const dated = schedule.find((entry) => removesOld(normalise(entry.title))) ?? datedRemoval(said);
  const inPhase = phases
    .flatMap((phase) => (phase.steps ?? []).map((step) => ({ phase, step })))
    .find(({ step }) => step.activity === "decommission" && step.reversible !== true);
  if (dated !== undefined) {
    found.at = whenText(dated);
    lines.push(lineOf(dated.line));
  } else if (found.after === undefined && inPhase !== undefined) {
    const other = inPhase.phase.role === "after" || inPhase.step.stage === "after";
    const planned = inPhase.phase.planned;
    const clock = inPhase.step.offset;
    const date = DATED.exec(normalise(inPhase.step.title))?.[0];
    if (inPhase.step.after !== undefined) found.after = inPhase.step.after;
    else if (date !== undefined) found.at = date;
    else if (clock !== undefined && !clock.startsWith("-") && parseDuration(clock) >= DAY) found.after = clock;
    else if (daysApart(phases, inPhase.phase) !== null) found.after = `${daysApart(phases, inPhase.phase)}d`;
    else if (!other) {
      found.after = "0s";
      found.at = "same day";
    } else if (planned?.offset !== undefined && !planned.offset.startsWith("-")) found.after = planned.offset;
    else {
      const when = planned === undefined ? "" : whenText({ title: "", when: planned });
      found.at = (when === "" ? inPhase.phase.title : when).slice(0, 120);
    }
    lines.push(lineOf(inPhase.step.line));
  }
  const immediate = said.find(({ text }) =>
    clauses(text).some((part) => SAME_DAY.test(normalise(part)) && isRemoval(normalise(part)) && DECOMMISSION.test(normalise(part))),
  );
  if (found.after === undefined && found.at === undefined && immediate !== undefined) {
    found.after = "0s";
    found.at = "same day";
    lines.push(immediate.line);
  }
  const [line] = lines;
  return line === undefined ? undefined : { ...found, line, ...(lines.length > 1 ? { lines } : {}) };
}

const KEPT =
  /(?<![\p{L}])(?:keep|keeps|kept|leave|stays?|remains?|retain|bleib\p{L}*|behalten|gard\p{L}*|conserv\p{L}*|rest\p{L}{1,3}|manten\p{L}*|dejar|qued\p{L}*)(?![\p{L}])/u;
const THEN = /(?<![\p{L}])(?:then|afterwards|after that|dann|danach|puis|ensuite|luego|despues)(?![\p{L}])/u;

/** "Keep the servers for 30 days, then destroy them": how long they are kept. */
function keptThenRemoved(text: string): string | null {
  for (const sentence of text.split(/(?<=[.;!])\s/)) {
    const [kept] = findDurations(sentence).filter((one) => one.ms >= DAY);
    if (kept === undefined || !KEPT.test(normalise(sentence)) || COPIES.test(normalise(sentence))) continue;
    const rest = normalise(sentence.slice(kept.end));
    const then = THEN.exec(rest);
    if (then !== null && DECOMMISSION.test(rest.slice(then.index)) && findDurations(rest).length === 0) return kept.duration;
  }
  return null;
}

/** Days between the end of the phase before and the begin of a phase, where both are planned in the same unit; null elsewhere. */
function daysApart(phases: readonly PlanPhaseInput[], phase: PlanPhaseInput): number | null {
  const before = phases[phases.indexOf(phase) - 1]?.planned;
  const own = phase.planned;
  for (const [unit, days] of [
    ["days", 1],
    ["weeks", 7],
  ] as const) {
    const [start, end] = [own?.[unit]?.[0], before?.[unit]?.[1]];
    if (start !== undefined && end !== undefined && start > end) return (start - end) * days;
  }
  return null;
}

/** "Week 5: decommission the old side" as an item of a calendar. */
function datedRemoval(said: readonly Spoken[]): ScheduleEntry | undefined {
  for (const { text, line, kind } of said) {
    const at = kind === "item" ? findCalendar(text.slice(0, 40)) : null;
    if (at === null || at.start > 2 || at.offset !== undefined || !removesOld(normalise(text.slice(at.end)))) continue;
    const { weeks, days, months } = at;
    return {
      title: text.slice(0, 300),
      line,
      when: { ...(weeks === undefined ? {} : { weeks }), ...(days === undefined ? {} : { days }), ...(months === undefined ? {} : { months }) },
    };
  }
  return undefined;
}

const clauses = (text: string) => text.split(/(?<=[.;!])\s|,\s(?=(?:then|and|dann|und|puis|et|luego|y)\s)/);
const lineOf = (line: PlanPhaseInput["line"]) => (Array.isArray(line) ? line[0] : (line ?? 1));

function isRemoval(plain: string): boolean {
  const head = plain
    .replace(/^[\W\d]+/, "")
    .split(" ")
    .slice(0, 8)
    .join(" ");
  return DECOMMISSION.test(head) || OLD_SIDE.test(plain);
}

function removesOld(plain: string): boolean {
  return DECOMMISSION.test(plain) && (OLD_SIDE.test(plain) || /\b(?:decommission\w*|abschalt\w*|desmantel\w*|stilllegen)\b/.test(plain));
}

function whenText(entry: ScheduleEntry): string {
  const { weeks, days, months, text } = entry.when;
  const span = weeks ?? days ?? months;
  const unit = weeks !== undefined ? "week" : days !== undefined ? "day" : "month";
  return span === undefined ? (text ?? entry.title).slice(0, 120) : `${unit} ${span[0]}`;
}

function keeps(plain: string): boolean {
  return (
    KEEP_OLD.test(plain) &&
    (OLD_SIDE.test(plain) ||
      /\b(?:running|fallback|standby|online|available|alive|warm|read only|weiterlaufen|reserve|en service|en marche|en marcha|activo)\b/.test(plain))
  );
}

function observationOf(said: readonly Spoken[], decommission: Decommission | undefined): After["observation"] {
  let watched: { one: DurationMention; line: number } | undefined;
  let kept: { one: DurationMention; line: number } | undefined;
  for (const { text, line, kind } of said) {
    for (const part of clauses(text)) {
      const plain = normalise(part);
      const [one] = findDurations(part).filter((mention) => mention.ms >= HOUR / 2);
      if (one === undefined || COPIES.test(plain)) continue;
      const frequent = /\bevery\b|\balle\b|\btoutes les\b|\bcada\b/.test(plain.slice(Math.max(0, one.start - 12), one.start));
      if (watched === undefined && WATCH.test(plain) && !frequent && !/[<>]/.test(part) && kind !== "heading") watched = { one, line };
      const keptOld =
        KEEP_OLD.test(plain) &&
        (keeps(plain) || /\bkeep\b|\bbehalten\b|\bgarder\b|\bconserver\b|\bmantener\b/.test(plain)) &&
        one.ms >= DAY &&
        !DECOMMISSION.test(plain.split(/\bkeep\b/)[0] ?? "");
      if (kept === undefined && keptOld && !MINIMUM.test(plain) && !(DECOMMISSION.test(plain) && line === decommission?.line)) kept = { one, line };
    }
  }
  const stable = watched === undefined && decommission?.condition !== undefined && STABLE.test(normalise(decommission.condition)) ? decommission : undefined;
  const lines = [kept?.line, watched?.line, stable === undefined ? undefined : lineOf(stable.line)].filter((line) => line !== undefined);
  const [line] = lines;
  if (line === undefined) return undefined;
  return {
    ...(watched === undefined ? (stable?.after === undefined ? {} : { duration: stable.after }) : { duration: watched.one.duration }),
    ...(kept === undefined ? {} : { fallback: kept.one.duration }),
    line,
    ...(lines.length > 1 ? { lines } : {}),
  };
}

function windowOf(said: readonly Spoken[], move: Move): After["window"] {
  for (const { text, line } of said) {
    const window = windowIn(text, line);
    if (window !== null) return window;
  }
  // "Migration day (2-hour window)": only its length is known.
  const planned = move.phases.find((phase) => /\b(?:window|fenster|fenetre|ventana)\b/.test(normalise(phase.mark.planned?.text ?? "")));
  return planned?.mark.planned?.duration === undefined ? undefined : { duration: planned.mark.planned.duration, line: planned.line };
}

function downtimeOf(said: readonly Spoken[], at: Extraction, only: boolean): After["estimatedDowntime"] {
  const promised: number[] = [];
  for (const spoken of said) {
    const { text, line, kind } = spoken;
    const plain = normalise(text);
    if (only && promised.length < 10 && kind !== "cell" && promises(plain)) promised.push(line);
    if (!DOWNTIME.test(plain) || rolesAround(spoken, at).some((role) => role === "trigger" || role === "rollback")) continue;
    if (at.draft.claimed(line, 0, Number.POSITIVE_INFINITY, "migrations") && kind === "cell") continue;
    const found = clauses(text)
      .map(statedDowntime)
      .find((one) => one !== null);
    if (found === undefined || found === null) continue;
    const { one, below } = found;
    return {
      ...(below ? { op: "<" as const, max: one.duration } : { min: one.duration, max: one.maxDuration ?? one.duration }),
      ...(promised.length > 0 ? { stated: "0s" } : {}),
      line,
      ...(promised.length > 0 ? { lines: [line, ...promised] } : {}),
    };
  }
  const [line] = promised;
  return line === undefined ? undefined : { stated: "0s", line, ...(promised.length > 1 ? { lines: promised } : {}) };
}

/** "Expected downtime: 20 to 30 minutes" in its own sentence; null where a duration is of something else. */
function statedDowntime(text: string): { one: DurationMention; below: boolean } | null {
  const plain = normalise(text);
  const [one] = DOWNTIME.test(plain) ? findDurations(text) : [];
  if (one === undefined) return null;
  const stated =
    ESTIMATE.test(plain) ||
    OF_DOWNTIME.test(plain.slice(one.end)) ||
    /\b(?:down|offline|unavailable) for (?:about |up to |~)?$/.test(plain.slice(0, one.start));
  if (!stated || /\bin \d+ hours?\b/.test(plain.slice(one.end))) return null;
  const below =
    /(?:<|under|less than|below|max\w*|up to|unter|hochstens|bis zu|moins de|jusqu'a|menos de|hasta)\s*~?$/.test(
      plain.slice(Math.max(0, one.start - 20), one.start).trim(),
    ) || /[<≤]/.test(text.slice(Math.max(0, one.start - 3), one.start + 1));
  return { one, below };
}

function promises(plain: string): boolean {
  const found = NO_DOWNTIME.exec(plain);
  if (found === null) return false;
  const behind = plain.slice(found.index + found[0].length, found.index + found[0].length + 24);
  const before = plain.slice(0, found.index);
  return (
    !TOOL_FEATURE.test(behind) &&
    !/\b(?:not|impossible|nicht|unmoglich|pas|imposible)\b/.test(behind) &&
    !/\b(?:if|unless|not|requires?|required|need\w*|wenn|nicht|si|pas|instead)\b/.test(before)
  );
}

/** "Estimated migration timeline: 2-3 weeks". */
function lengthOf(said: readonly Spoken[]): After["estimatedDuration"] {
  for (const { text, line, kind } of said) {
    const plain = normalise(text);
    if (kind === "comment" || !DURATION_LABEL.test(plain) || NOT_DURATION.test(plain)) continue;
    const [one] = findDurations(text);
    if (one !== undefined) return { ...(one.maxDuration === null ? {} : { min: one.duration }), max: one.maxDuration ?? one.duration, line };
  }
  return undefined;
}
