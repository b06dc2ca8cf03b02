import { codeKind } from "../code/kind";
import { findCalendar } from "../grammar/calendar";
import { NOT_A_COMMAND } from "../lexicon/commands";
import { BACK_LABEL } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import type { Code } from "../tree";
import { bareStep, type RawStep } from "./step-of";
import { onClock, timeInFront } from "./wall-clock";

/** What a block of code says: steps that are written in it, and commands that belong to no step of their own. */
export interface CodeReading {
  steps: RawStep[];
  /** Steps of a way back, under a remark that says so. */
  back: RawStep[];
  /** How the steps are told apart; `none` where the block has commands at most. */
  by: "box" | "clock" | "number" | "remark" | "none";
  commands: string[];
  /** Remark above the way back. */
  backLine: number | null;
}

type Part =
  | { as: "box"; line: number; text: string; done: boolean }
  | { as: "clock"; line: number; text: string; offset: string }
  | { as: "number"; line: number; text: string; number: number; remark: boolean }
  | { as: "remark"; line: number; text: string; deep: boolean }
  | { as: "bullet"; line: number; text: string }
  | { as: "command"; line: number; endLine: number; text: string }
  | { as: "code"; line: number; text: string }
  | { as: "blank"; line: number };

const BOX = /^[\s\u2500-\u257F|]*(?:(\u25A1|\u2610|\u25FB|\u25A2|\u2B1C|\[ \])|(\u2611|\u2705|\u2713|\u2714|\[[xX]\]))\uFE0F?\s+(\S.*)$/u;
const FRAME_END = /[\s\u2500-\u257F|]+$/u;
const REMARK = /^(\s*)(?:#+|--|\/\/)(?!!)(\s*)(.*)$/;
const NUMBERED = /^(?:(?:step|schritt|etape|paso)\s+)?(\d{1,2})(?:\.\d{1,2})*(?:[.):]|\s-)\s+(\S.*)$/i;
const BULLET = /^\s*[-*\u2022]\s+(\S.*)$/u;
const HEREDOC = /<<-?\s*\\?["']?([A-Za-z_]\w*)["']?/;
const OPENS = /^\s*(?:for|while|until|if|case)\s.*|\bdo\s*$|\bthen\s*$/;
const CLOSES = /^\s*(?:done|fi|esac)\b/;
const ASSIGNMENT = /^\s*(?:export\s+)?[A-Z][A-Z0-9_]*=/;
/** Longest command that is kept. */
const MAX_COMMAND = 2_000;

/** Reads the steps written in a block of code. Pure, linear in its length. */
export function readCode(code: Code): CodeReading {
  const kind = codeKind(code);
  const parts = partsOf(code, kind);
  const has = (as: Part["as"]) => parts.some((part) => part.as === as);
  if (has("box")) return { steps: boxes(parts), back: [], by: "box", commands: [], backLine: null };
  if (parts.filter((part) => part.as === "clock").length >= 2) return grouped(parts, "clock");
  if (parts.some((part) => part.as === "number" && (part.remark || kind === "text" || kind === "shell"))) return grouped(parts, "number");
  const runs = kind === "shell" || kind === "sql" || (kind === "text" && code.language === "");
  if (runs && kind !== "text" && has("remark")) return grouped(parts, "remark");
  const commands = kind === "shell" || kind === "sql" ? commandsIn(parts) : [];
  return { steps: [], back: [], by: "none", commands, backLine: null };
}

const commandsIn = (parts: readonly Part[]) => parts.flatMap((part) => (part.as === "command" ? [part.text] : []));

function partsOf(code: Code, kind: string): Part[] {
  const parts: Part[] = [];
  const lines = code.lines;
  const closers = new Closers(lines);
  const hours = hoursOf(code);
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i];
    if (at === undefined) continue;
    const { text, line } = at;
    if (text.trim() === "") {
      parts.push({ as: "blank", line });
      continue;
    }
    const box = BOX.exec(text);
    if (box !== null) {
      parts.push({ as: "box", line, text: (box[3] ?? "").replace(FRAME_END, ""), done: box[2] !== undefined });
      continue;
    }
    if (kind === "diagram") continue;
    const remark = REMARK.exec(text);
    const bullet = remark === null || remark[3] === undefined ? BULLET.exec(text) : null;
    const said = remark === null ? text.trim() : (remark[3] ?? "").trim();
    if (said === "" || /^[=\-_*#\u2500-\u257F\s]+$/u.test(said)) continue;
    const calendar = findCalendar(said.slice(0, 60));
    const clock = hours.get(line);
    const number = NUMBERED.exec(said);
    const deep = remark !== null && ((remark[2] ?? "").length > 1 || (remark[1] ?? "").length > 1);
    if (calendar?.offset !== undefined && calendar.start === 0) {
      parts.push({ as: "clock", line, offset: calendar.offset, text: said.slice(calendar.end).replace(/^[\s:|.\-–—]+/, "") });
    } else if (clock !== undefined) {
      parts.push({ as: "clock", line, ...clock });
    } else if (number !== null && !deep && !/^\s{2,}/.test(remark === null ? text : "")) {
      parts.push({ as: "number", line, number: Number(number[1]), text: number[2] ?? "", remark: remark !== null });
    } else if (remark !== null) parts.push({ as: "remark", line, text: said, deep });
    else if (bullet !== null) parts.push({ as: "bullet", line, text: bullet[1] ?? "" });
    else {
      const end = endOfCommand(lines, i, closers);
      const whole = lines.slice(i, end + 1).map((one) => one.text);
      if (!NOT_A_COMMAND.test(text) && !ASSIGNMENT.test(text))
        parts.push({
          as: "command",
          line,
          endLine: lines[end]?.line ?? line,
          text: whole
            .join("\n")
            .trim()
            .replace(/^[$>]\s+/, "")
            .slice(0, MAX_COMMAND),
        });
      else parts.push({ as: "code", line: lines[end]?.line ?? line, text: "" });
      i = end;
    }
  }
  return parts;
}

/** Longest loop that is followed to its end. */
const LONGEST_LOOP = 300;

/** Where here-documents end: lines that are one word, found again in one pass. */
class Closers {
  private readonly at = new Map<string, number[]>();

  constructor(lines: Code["lines"]) {
    lines.forEach(({ text }, i) => {
      const word = text.length < 80 ? text.trim() : "";
      if (!/^[A-Za-z_]\w*$/.test(word)) return;
      const known = this.at.get(word);
      if (known === undefined) this.at.set(word, [i]);
      else known.push(i);
    });
    // Asked for in ascending order: what has been passed is dropped from the end.
    for (const known of this.at.values()) known.reverse();
  }

  next(word: string, from: number): number | undefined {
    const known = this.at.get(word) ?? [];
    while (known.length > 0 && (known.at(-1) ?? 0) <= from) known.pop();
    return known.at(-1);
  }
}

/** Last line of a command that goes on: backslashes, here-documents, loops. */
function endOfCommand(lines: Code["lines"], from: number, closers: Closers): number {
  const first = lines[from]?.text ?? "";
  const mark = HEREDOC.exec(first)?.[1];
  if (mark !== undefined) return closers.next(mark, from) ?? from;
  if (OPENS.test(first)) {
    let open = 0;
    for (let i = from; i < Math.min(lines.length, from + LONGEST_LOOP); i++) {
      const text = lines[i]?.text ?? "";
      if (/^\s*(?:for|while|until|if|case)\s/.test(text)) open++;
      if (CLOSES.test(text) || /;\s*(?:done|fi|esac)\s*$/.test(text)) open--;
      if (open <= 0) return i;
    }
    return from;
  }
  let i = from;
  while (/\\\s*$/.test(lines[i]?.text ?? "") && i + 1 < lines.length) i++;
  return i;
}

function boxes(parts: readonly Part[]): RawStep[] {
  return parts.flatMap((part) => (part.as === "box" ? [{ ...bareStep(part.text, part.line), done: part.done }] : []));
}

/** "19:00 stop the writers", "19:10 …" on most lines of a block: a clock that starts with the first of them. */
function hoursOf(code: Code): Map<number, { offset: string; text: string }> {
  const filled = code.lines.filter((one) => one.text.trim() !== "");
  const times = filled.map((one) => timeInFront(one.text));
  const found = new Map<number, { offset: string; text: string }>();
  if (times.filter((time) => time !== null).length < Math.max(3, filled.length * 0.6)) return found;
  const steps = onClock(
    filled.map((one) => bareStep(one.text.trim(), one.line)),
    times,
  );
  steps.forEach((step, i) => {
    const text = times[i]?.rest.trim() ?? "";
    if (step.offset !== undefined && /\p{L}{3}/u.test(text)) found.set(step.line, { offset: step.offset, text });
  });
  return found;
}

function grouped(parts: readonly Part[], by: "clock" | "number" | "remark"): CodeReading {
  const steps: RawStep[] = [];
  const back: RawStep[] = [];
  let into = steps;
  let backLine: number | null = null;
  const at: { open: RawStep | null } = { open: null };
  let fresh = true;
  const begin = (title: string, line: number, offset?: string) => {
    const step = { ...bareStep(title, line), ...(offset === undefined ? {} : { offset }) };
    at.open = step;
    into.push(step);
  };
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part === undefined) continue;
    if (part.as === "blank") {
      fresh = true;
      continue;
    }
    const current = at.open;
    if (part.as === by && part.as === "clock") begin(part.text, part.line, part.offset);
    else if (part.as === "number" && by === "number") begin(part.text, part.line);
    else if (part.as === "remark" && !part.deep && (fresh || by === "remark") && part.text !== "" && heads(parts, i, by)) {
      if (BACK_LABEL.test(normalise(part.text))) {
        into = back;
        backLine ??= part.line;
        at.open = null;
        if (by === "remark") begin(part.text, part.line);
      } else if (by === "remark" && current !== null && !fresh && current.commands.length === 0) note(current, part.text, part.line);
      else if (leadsAlone(parts, i) || (by === "remark" && parts[i + 1]?.as !== "number")) begin(part.text.replace(/[:：]$/, ""), part.line);
      else at.open = null;
    } else if (current !== null && !(fresh && part.as === "remark" && trailing(parts, i))) extend(current, part);
    fresh = false;
  }
  return { steps, back, by, commands: commandsIn(parts), backLine };
}

/** Whether a remark introduces something: it ends in a colon, or commands follow it. */
function heads(parts: readonly Part[], i: number, by: "clock" | "number" | "remark"): boolean {
  if (by === "remark") return true;
  const text = (parts[i] as { text?: string }).text ?? "";
  const next = parts[i + 1];
  return /[:：]$/.test(text) && next !== undefined && next.as !== "blank" && next.as !== "remark";
}

/** A remark with a colon whose points are no numbered steps: it is a step itself. */
function leadsAlone(parts: readonly Part[], i: number): boolean {
  const next = parts[i + 1];
  return next?.as === "bullet" || next?.as === "command";
}

/** A remark after an empty line with nothing but remarks behind it: it speaks of the whole block. */
function trailing(parts: readonly Part[], i: number): boolean {
  return parts.slice(i, i + 20).every((part) => part.as === "remark" || part.as === "blank");
}

function note(step: RawStep, text: string, line: number): void {
  if (text !== "") step.notes.push(text);
  step.endLine = Math.max(step.endLine, line);
}

function extend(step: RawStep, part: Part): void {
  if (part.as === "command") {
    step.commands.push(part.text);
    step.endLine = part.endLine;
  } else if (part.as === "bullet" || part.as === "number") {
    step.parts.push({ title: part.text, line: part.line });
    step.endLine = part.line;
  } else if (part.as === "clock") {
    step.parts.push({ title: part.text, line: part.line, offset: part.offset });
    step.endLine = part.line;
  } else if (part.as === "code") {
    step.code = true;
    step.endLine = part.line;
  } else if (part.as === "remark") {
    // "- Get the string" inside remarks is a part of the step.
    const inner = BULLET.exec(part.text)?.[1];
    if (inner !== undefined) step.parts.push({ title: inner, line: part.line });
    note(step, inner === undefined ? part.text : "", part.line);
  }
}
