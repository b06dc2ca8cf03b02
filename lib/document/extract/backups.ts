import { codeKind } from "../code/kind";
import type { Draft } from "../draft";
import { type DurationMention, findDurations } from "../grammar/duration";
import { normalise, wordTest } from "../lexicon/words";
import type { Code, Line, Table } from "../tree";
import { cellText, columnOf } from "./tables";
import type { Extract } from "./types";

const WHAT = wordTest(["type", "what", "backup", "data", "component", "typ", "was", "donnees", "tipo", "datos", "sicherung", "sauvegarde"]);
const FREQUENCY = wordTest(["frequency", "schedule", "interval", "when", "frequenz", "haufigkeit", "zeitplan", "frequence", "frecuencia", "programacion"]);
const RETENTION = wordTest(["retention", "keep", "kept", "aufbewahrung", "conservation", "retencion"]);
const STORAGE = wordTest([
  "storage",
  "where",
  "destination",
  "location",
  "target",
  "ort",
  "speicherort",
  "stockage",
  "emplacement",
  "almacenamiento",
  "destino",
]);
const BACKUP = wordTest([
  "backup*",
  "snapshot*",
  "pitr",
  "point in time*",
  "dump",
  "pg_dump",
  "sicherung*",
  "sauvegarde*",
  "copia de seguridad",
  "copia diaria",
  "copias de seguridad",
  "respaldo*",
]);
const OPTIONAL = wordTest(["optional", "optionally", "if needed", "optionnel", "opcional"]);
const OFTEN: readonly [RegExp, string][] = [
  [wordTest(["every minute"]), "1m"],
  [wordTest(["hourly", "every hour", "stundlich", "toutes les heures", "cada hora"]), "1h"],
  [wordTest(["daily", "every day", "nightly", "taglich", "quotidien*", "diari*"]), "1d"],
  [wordTest(["weekly", "every week", "wochentlich", "hebdomadaire*", "semanal*"]), "7d"],
  [wordTest(["monthly", "every month", "monatlich", "mensuel*", "mensual*"]), "30d"],
];
const CRON = /^\s*((?:[\d*/,-]+\s+){4}[\d*/,A-Za-z-]+)\s+(\S.*)$/;
const SCRIPT = /(?:backup|dump|snapshot|sicher|sauvegarde|respaldo|cop(?:y|ie|ia)\b|kopie)/i;

/** Backups that are declared: schedules in tables and crontabs, bullets that name one with how often or how long. */
export const backups: Extract = ({ tree, outline, draft }) => {
  for (const block of tree.blocks) {
    if (block.type === "table") fromTable(block, draft, outline.under(block, "backup"));
    else if (block.type === "code") fromCrontab(block, draft);
    else if (block.type === "paragraph") {
      for (const line of block.lines) for (const text of line.text.split(/(?<=[.])\s+(?=\p{Lu})/u)) fromStatement({ line: line.line, text }, draft);
    } else if (block.type === "list") {
      for (const item of block.items) fromSentence({ line: item.line, text: item.lines[0]?.text ?? item.text }, outline.under(block, "backup"), draft);
    }
  }
};

function fromTable(table: Table, draft: Draft, under: boolean): void {
  const frequency = columnOf(table, FREQUENCY);
  const retention = columnOf(table, RETENTION);
  if (frequency < 0 || retention < 0 || (!under && columnOf(table, BACKUP) < 0)) return;
  const what = Math.max(0, columnOf(table, WHAT));
  const storage = columnOf(table, STORAGE);
  for (const row of table.rows) {
    const name = cellText(row, what);
    if (name === "") continue;
    const often = cellText(row, frequency);
    const kept = cellText(row, retention);
    const place = cellText(row, storage);
    const duration = findDurations(kept)[0]?.duration;
    const interval = intervalOf(often);
    draft.add(
      "backups",
      {
        key: draft.key("backups", name),
        what: name.slice(0, 200),
        line: row.line,
        ...(often === "" ? {} : { frequency: often.slice(0, 120) }),
        ...(interval === undefined ? {} : { interval }),
        ...(duration !== undefined ? { retention: duration } : kept === "" ? {} : { retentionText: kept.slice(0, 120) }),
        ...(place === "" ? {} : { storage: place.slice(0, 120) }),
        ...(OPTIONAL.test(normalise(`${name} ${often}`)) ? { optional: true } : {}),
      },
      row.line,
    );
    draft.claim(row.line, "backups");
  }
}

function intervalOf(text: string): string | undefined {
  // How often a backup is tried out is another thing.
  const own = text.split(TRIED)[0] ?? text;
  const word = /(?<![\p{L}])(?:every|each|alle|toute?s? les|tous les|cada)\s/iu.exec(own);
  const behind = word === null ? [] : findDurations(own.slice(word.index + word[0].length));
  const every = behind[0] !== undefined && behind[0].start <= 3 ? behind[0].duration : undefined;
  return every ?? OFTEN.find(([test]) => test.test(normalise(own)))?.[1];
}

const TRIED = /[;,.]\s(?:[^;,.]{0,20}\s)?(?:restore|recovery|wiederherstellung\p{L}*|prueba|tests?|essai)(?![\p{L}])/iu;

/** Lines of a crontab; the comment above says what a line is for. */
function fromCrontab(code: Code, draft: Draft): void {
  const kind = codeKind(code);
  if (kind !== "shell" && kind !== "cron" && kind !== "text") return;
  let comment: Line | null = null;
  for (const line of code.lines) {
    const match = CRON.exec(line.text);
    if (match === null) {
      comment = /^\s*#/.test(line.text) ? { line: line.line, text: line.text.replace(/^\s*#+\s*/, "") } : line.text.trim() === "" ? null : comment;
      continue;
    }
    const cron = (match[1] ?? "").trim().replace(/\s+/g, " ");
    const command = match[2] ?? "";
    const script = /(\S*\/\S+|\S+\.(?:sh|py|js))/.exec(command)?.[1];
    const name = (comment?.text ?? script ?? command).slice(0, 200);
    const saves = SCRIPT.test(command) || BACKUP.test(normalise(name));
    comment = null;
    const optional = OPTIONAL.test(normalise(name));
    draft.add(
      "jobs",
      {
        name,
        cron: cron.slice(0, 120),
        line: line.line,
        ...(script === undefined ? {} : { script: script.slice(0, 300) }),
        ...(optional ? { optional } : {}),
        ...(saves ? { saves: name.slice(0, 120) } : {}),
      },
      line.line,
    );
    draft.claim(line.line, "backups");
  }
}

/** "Daily backups (7-day retention)": one of how often, how long or continuous must be said. */
function fromSentence({ line, text }: Line, under: boolean, draft: Draft, stated?: DurationMention): void {
  const plain = normalise(text);
  if (!BACKUP.test(plain) || draft.claimed(line) || text.length > 240) return;
  const interval = intervalOf(text);
  const kept = stated ?? retentionIn(text);
  const automatic = /\b(automat\w*|continuous|managed|point[ -]in[ -]time|pitr)\b/.test(plain);
  if (interval === undefined && kept === undefined && !(automatic && under)) return;
  draft.add(
    "backups",
    {
      key: draft.key("backups", text.slice(0, 60), "backup"),
      what: text.slice(0, 200),
      line,
      ...(interval === undefined ? {} : { interval, frequency: interval === "1d" ? "daily" : `every ${interval}` }),
      ...(kept === undefined ? {} : { retention: kept.duration }),
      ...(OPTIONAL.test(plain) ? { optional: true } : {}),
    },
    line,
  );
  draft.claim(line, "backups");
}

/** "Backups: nightly, 35 days": a sentence that begins with the word and says how often and how long. */
function fromStatement({ line, text }: Line, draft: Draft): void {
  const lead = BACKUP.exec(normalise(text).slice(0, 30));
  const interval = intervalOf(text);
  const kept =
    retentionIn(text) ?? findDurations(text).find((one) => one.ms >= DAY && !/(?:every|each|alle|tou[st]\S*|cada)\s$/i.test(text.slice(0, one.start)));
  if (lead === null || interval === undefined || kept === undefined || kept.ms < DAY) return;
  fromSentence({ line, text }, true, draft, kept);
}

const DAY = 86_400_000;
const RETAINED = /retention|retained|kept|keep|history|aufbewahr\w*|conserv\w*|retencion/;

/** The duration nearest to a word of keeping, within a few words of it. */
function retentionIn(text: string) {
  const word = RETAINED.exec(normalise(text));
  if (word === null) return undefined;
  const distance = (start: number, end: number) => Math.max(start - (word.index + word[0].length), word.index - end, 0);
  const near = findDurations(text)
    .map((one) => ({ one, away: distance(one.start, one.end) }))
    .sort((a, b) => a.away - b.away)[0];
  return near !== undefined && near.away <= 30 ? near.one : undefined;
}
