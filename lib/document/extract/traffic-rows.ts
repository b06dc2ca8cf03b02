import { findCalendar } from "../grammar/calendar";
import { findDurations } from "../grammar/duration";
import { NO_TRAFFIC, TRAFFIC } from "../lexicon/traffic";
import { normalise } from "../lexicon/words";
import type { Block } from "../tree";

/* Where a schedule of shares stands in tables and lists. Pure. */

/** A line of a schedule as text, wherever it stood. */
export interface Row {
  text: string;
  line: number;
  /** What lets the stage go on, where a column says so. */
  criteria?: string;
}

/** Whether the shares of these lines go up to the whole. */
export function rises(rows: readonly Row[]): boolean {
  const shares = rows.map((row) => Number(/(\d{1,3})\s?%/.exec(row.text)?.[1] ?? 0));
  return shares.length >= 2 && shares.at(-1) === 100 && shares.every((share, i) => i === 0 || share > (shares[i - 1] ?? 0));
}

/** A list of days or weeks with nothing but a share that goes up to the whole, and no word for other shares above it. */
export function isRamp(list: Extract<Block, { type: "list" }>, rows: readonly Row[]): boolean {
  const short = rows.every((row) => /^[^%]{2,30}\d{1,3}\s?%[^%]{0,20}$/u.test(row.text) && findCalendar(row.text)?.start === 0);
  return rows.length >= 3 && short && rises(rows) && !NO_TRAFFIC.test(normalise(list.label?.text ?? ""));
}

/** A column of nothing but shares below a word for what is moved ("Reads on target"); -1 without one. */
export function shareColumn(table: Extract<Block, { type: "table" }>): number {
  return table.header.cells.findIndex(
    (cell, i) =>
      i > 0 &&
      TRAFFIC.test(normalise(cell.text)) &&
      !NO_TRAFFIC.test(normalise(cell.text)) &&
      table.rows.length >= 2 &&
      table.rows.every((row) => /^[~≈]?\d{1,3}\s?%$/u.test((row.cells[i]?.text ?? "").trim())) &&
      table.rows.every((row) => findCalendar(row.cells[0]?.text ?? "")?.start === 0 || WAVE_CELL.test(normalise(row.cells[0]?.text ?? ""))),
  );
}

/** "D-9", "T+2", "3", "Wave 2". */
const WAVE_CELL = /^(?:[dtj]\s?[+-]?\s?\d{0,3}|\d{1,3}|(?:wave|step|stage|phase|ring|welle|stufe|etappe|vague|etape|oleada|paso|etapa)\s\d{1,2})$/;

const WAVE =
  /^(?:waves?|steps?|days?|weeks?|stages?|phases?|when|date|welle|schritt|tag|woche|stufe|vague|etape|jour|semaine|oleada|paso|dia|semana|fase|etapa)s?$/;

/** A column of shares that go up to the whole, in a table of waves, days or stages: the new side. */
function risingShares(table: Extract<Block, { type: "table" }>, headers: readonly string[], about: boolean): Row[] {
  if (!about && !headers.slice(0, 2).some((text) => WAVE.test(text))) return [];
  for (let i = 1; i < headers.length; i++) {
    if (NO_TRAFFIC.test(headers[i] ?? "") && !about) continue;
    const rows = table.rows.flatMap((row): Row[] => {
      const text = row.cells[i]?.text.trim() ?? "";
      const shares = /^[~≈]?(?:\d{1,3}\s?%\s?(?:→|->|=>)\s?)*\d{1,3}\s?%/u.exec(text)?.[0].match(/\d{1,3}/g) ?? [];
      const when = row.cells.slice(0, 2).map((cell, at) => (/^\d{1,3}$/.test(cell.text) ? `${headers[at]} ${cell.text}` : cell.text));
      const date = when.find((one) => findCalendar(one)?.start === 0) ?? "";
      return shares.map((share) => ({ text: `${date}: ${share}%`, line: row.line }));
    });
    if (rises(rows) && (rows.length >= 3 || rows.length === table.rows.length)) return rows;
  }
  return [];
}

/** Lines of a table whose column says the share; none where no column does. */
export function tableRows(table: Extract<Block, { type: "table" }>, about: boolean): Row[] {
  const headers = table.header.cells.map((cell) => normalise(cell.text));
  const rising = risingShares(table, headers, about);
  if (rising.length > 0 && !TRAFFIC.test(headers.join(" "))) return rising;
  const named = headers.findIndex((text) => /%|traffic|weight|share|verkehr|anteil|trafic|trafico/.test(text));
  const share = named < 0 ? shareColumn(table) : named;
  if (share < 0 || !TRAFFIC.test(headers.join(" "))) return [];
  const when = headers.findIndex((text, i) => i !== share && /^(?:week|day|when|time|stage|step|phase|woche|tag|wann|semaine|jour|semana|dia)s?$/.test(text));
  const until = headers.findIndex((text) => /criteri|condition|gate|kriteri|critere|hold|duration|dauer|duree/.test(text));
  return table.rows.map((row) => {
    const at = when < 0 ? "" : (row.cells[when]?.text ?? "");
    const date = /^\d{1,3}$/.test(at.trim()) ? `${headers[when]} ${at}` : at;
    const percent = (row.cells[share]?.text ?? "").trim();
    const last = until < 0 ? "" : (row.cells[until]?.text ?? "");
    const hold = findDurations(last).length > 0 && !/[<>]/.test(last) ? last : "";
    const text = `${date}: ${/^\d{1,3}$/.test(percent) ? `${percent}%` : percent} ${hold}`.trim();
    return { text, line: row.line, ...(hold === "" && last.trim().length > 1 ? { criteria: last.trim() } : {}) };
  });
}
