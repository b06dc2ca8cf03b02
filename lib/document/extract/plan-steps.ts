import type { Draft } from "../draft";
import { findDurations } from "../grammar/duration";
import { KEEP_OLD, WATCH } from "../lexicon/commands";
import { normalise } from "../lexicon/words";
import type { PlanStepInput } from "./migration-types";
import { activityOf, flagsOf, type RawStep } from "./step-of";

export interface StepContext {
  /** Scope in which step keys are unique: one migration. */
  scope: string;
  /** Steps of a way back. */
  back: boolean;
}

const HOUR = 3_600_000;
const MAX_TITLE = 200;
const MAX_COMMANDS = 100;

/** A step of the plan from a step of the document: what it is about, what it does, and a kind a person can run. */
export function planStep(draft: Draft, raw: RawStep, context: StepContext): PlanStepInput | null {
  const title = raw.title
    .replace(/\s+/g, " ")
    .replace(/(?:[:：]|(?<=\p{L}{2})[.;])\s*$/u, "")
    .trim();
  if (title === "" || !/[\p{L}\p{N}]/u.test(title)) return null;
  const short = shortTitle(title);
  const activity = activityOf(title, raw.commands);
  const waits = activity === "wait" ? findDurations(title)[0] : undefined;
  const notes = [...(short === title ? [] : [title]), ...raw.notes.filter((note) => note !== "" && note !== title)].join("\n");
  const expected = raw.expected ?? (waits === undefined ? undefined : (waits.maxDuration ?? waits.duration));
  const common = {
    key: draft.key(context.scope, short, "step"),
    title: short,
    ...(activity === undefined ? {} : { activity }),
    ...(raw.commands.length === 0 ? {} : { commands: raw.commands.slice(0, MAX_COMMANDS).map((command) => command.slice(0, 4_000)) }),
    ...(notes === "" ? {} : { instructions: notes.slice(0, 8_000) }),
    ...(raw.done === undefined ? {} : { done: raw.done }),
    ...(raw.section === undefined ? {} : { section: raw.section.slice(0, 120) }),
    ...(raw.offset === undefined ? {} : { offset: raw.offset }),
    ...(raw.owner === undefined ? {} : { owner: raw.owner }),
    ...(expected === undefined ? {} : { expected }),
    ...flagsOf(title),
    ...(activity === "decommission" && KEEP_OLD.test(normalise(title)) ? { reversible: true } : {}),
    ...place(raw),
  };
  draft.claim(raw.line, "migrations");
  const checks = raw.parts.filter((part) => part.offset === undefined);
  if (activity === "verify" && checks.length >= 2 && checks.length === raw.parts.length && raw.commands.length === 0) {
    return { ...common, kind: "checklist", with: { items: checks.map((part) => part.title.slice(0, 500)).slice(0, 200) }, substeps: substeps(raw) };
  }
  const inner = raw.parts.length === 0 ? {} : { substeps: substeps(raw) };
  if (activity === "approval") return { ...common, ...inner, kind: "approval", with: {} };
  if (waits !== undefined && waits.ms < HOUR && !context.back && raw.commands.length === 0) {
    return { ...common, ...inner, kind: "wait", with: { for: waits.maxDuration ?? waits.duration } };
  }
  return { ...common, ...inner, kind: "manual", with: {} };
}

/** A title that fits: the part before the colon of a long one, else cut at a word. */
function shortTitle(title: string): string {
  if (title.length <= MAX_TITLE) return title;
  const head = /^(.{10,120}?)[:.;]\s/.exec(title)?.[1];
  return head ?? `${title.slice(0, MAX_TITLE - 1).replace(/\s+\S*$/, "")}…`;
}

function place(raw: RawStep): { line: number | [number, number] } {
  return { line: raw.endLine > raw.line ? [raw.line, raw.endLine] : raw.line };
}

function substeps(raw: RawStep): NonNullable<PlanStepInput["substeps"]> {
  return raw.parts
    .filter((part) => part.title.trim() !== "")
    .slice(0, 200)
    .map((part) => {
      const activity = activityOf(part.title, []);
      return {
        title: part.title.slice(0, 300),
        line: part.line,
        ...(activity === undefined ? {} : { activity }),
        ...(part.offset === undefined ? {} : { offset: part.offset }),
        ...(part.done === undefined ? {} : { done: part.done }),
      };
    });
}

/** Whether a step belongs to the time after the run: long watching, keeping, removing once that is over. */
export function isLongWatch(step: PlanStepInput): boolean {
  const [duration] = findDurations(step.title);
  const text = normalise(step.title);
  return duration !== undefined && duration.ms >= HOUR && (step.activity === "wait" || WATCH.test(text) || KEEP_OLD.test(text));
}
