import { BACK_LABEL, CONTAINER, STEP_HEADING, STEP_LABEL, TELLING_LABEL } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import type { Outline } from "../outline";
import type { Block, Code, Line, Section, Table } from "../tree";
import { phaseMark } from "./phase-marks";
import { bareStep, type RawStep } from "./step-of";
import { readCode } from "./steps-code";
import { codeOf, isField, isToDo, itemsAsSteps, stepsOfList, TELLING_ROLES } from "./steps-list";
import { stepsOfTable } from "./steps-table";
import { onClock, timeInFront, timesTold } from "./wall-clock";

/** Where steps stand: blocks directly in a phase, and its subsections. */
export interface Content {
  blocks: readonly Block[];
  sections: readonly Section[];
}

export interface StepsRead {
  steps: RawStep[];
  /** Steps of a way back that stands inside, and the line that announces it. */
  back: RawStep[];
  backLine: number | null;
  /** Headings of parts that have several steps. */
  sections: string[];
}

/** Collects what is to be done in a phase, in document order. Pure. */
export function collectSteps(content: Content, outline: Outline): StepsRead {
  const read: StepsRead = { steps: [], back: [], backLine: null, sections: [] };
  blocksOf(content.blocks, read, outline, undefined);
  for (const section of content.sections) sectionOf(section, read, outline);
  return read;
}

function sectionOf(section: Section, read: StepsRead, outline: Outline): void {
  const title = normalise(section.title);
  if (BACK_LABEL.test(title)) {
    takeBack(section.blocks, read, section.line);
    for (const child of section.children) takeBack(child.blocks, read, section.line);
    return;
  }
  const mark = phaseMark(section.title);
  const inner: StepsRead = { steps: [], back: [], backLine: null, sections: [] };
  if (!(TELLING_ROLES.some((role) => outline.own(section).has(role)) && mark?.kind !== "step" && mark?.kind !== "numbered")) {
    blocksOf(section.blocks, inner, outline, undefined);
    for (const child of section.children) sectionOf(child, inner, outline);
  }
  read.back.push(...inner.back);
  read.backLine ??= inner.backLine;
  const boxed = inner.steps.some((step) => step.done !== undefined);
  const single = mark?.kind === "step" || STEP_HEADING.test(title) || (mark?.kind === "numbered" && inner.steps.length <= 1);
  if (single && !boxed && !CONTAINER.test(title)) {
    read.steps.push(wholeSection(section, mark?.title ?? section.title, mark?.number ?? null, inner));
    return;
  }
  if (inner.steps.length === 0) return;
  const name = section.title.slice(0, 120);
  read.sections.push(name, ...inner.sections);
  read.steps.push(...inner.steps.map((step) => ({ section: name, ...step })));
}

/** A heading that is one step: what stands in it are its commands and parts. */
function wholeSection(section: Section, title: string, number: string | null, inner: StepsRead): RawStep {
  const last = lastLine(section);
  const step = { ...bareStep(title, section.line, last), ...(number === null ? {} : { section: number }) };
  const commands = allCode(section).flatMap((code) => {
    const reading = readCode(code);
    return [...reading.commands, ...reading.steps.flatMap((one) => (reading.commands.length === 0 ? one.commands : []))];
  });
  step.commands = commands.slice(0, 100);
  step.parts = inner.steps
    .filter((one) => one.title !== title)
    .map((one) => ({ title: one.title, line: one.line, ...(one.offset === undefined ? {} : { offset: one.offset }) }));
  return step;
}

function lastLine(section: Section): number {
  const own = section.blocks.at(-1)?.endLine ?? section.line;
  return section.children.reduce((last, child) => Math.max(last, lastLine(child)), own);
}

function allCode(section: Section): Code[] {
  const here = section.blocks.flatMap((block) => (block.type === "code" ? [block] : block.type === "list" ? block.items.flatMap(codeOf) : []));
  return [...here, ...section.children.flatMap(allCode)];
}

/** Blocks one after the other; a bold "1. Export" or "Step 2" takes what follows it. */
function blocksOf(blocks: readonly Block[], read: StepsRead, outline: Outline, within: string | undefined): void {
  let open: RawStep | null = null;
  let back = false;
  for (const block of blocks) {
    const label = block.label;
    if (label !== null) {
      const mark = phaseMark(label.text);
      back = BACK_LABEL.test(normalise(label.text));
      open = null;
      if (!back && (mark?.kind === "step" || mark?.kind === "numbered")) {
        open = { ...bareStep(mark.title, label.line, label.line), ...(within === undefined ? {} : { section: within }) };
        read.steps.push(open);
      }
      if (back) read.backLine ??= label.line;
    }
    if (back) takeBack([block], read, label?.line ?? block.line);
    else if (open !== null) fill(open, block);
    else take(block, read, outline);
  }
}

function fill(step: RawStep, block: Block): void {
  step.endLine = block.endLine;
  if (block.type === "code") {
    const reading = readCode(block);
    step.commands.push(...reading.commands);
    if (reading.by === "number" || reading.by === "box") step.parts.push(...reading.steps.map((one) => ({ title: one.title, line: one.line })));
  } else if (block.type === "list")
    step.parts.push(...block.items.map((item) => ({ title: item.text, line: item.line, ...(item.checked === null ? {} : { done: item.checked }) })));
  else if (block.type === "paragraph") step.notes.push(...block.lines.map((line) => line.text));
}

function take(block: Block, read: StepsRead, outline: Outline): void {
  if (block.type === "list") read.steps.push(...stepsOfList(block, outline));
  else if (block.type === "table") read.steps.push(...stepsOfTable(block));
  else if (block.type === "code") takeCode(block, read, outline);
  else read.steps.push(...toldSteps(block));
}

/** The steps of a night that is told in sentences, each with its time. */
export function toldSteps({ lines }: Extract<Block, { type: "paragraph" }>): RawStep[] {
  const told = timesTold(lines.map((line) => line.text).join(" "));
  if (told.length < 3) return [];
  const lineAt = (position: number) => {
    let from = 0;
    for (const line of lines) {
      from += line.text.length + 1;
      if (position + 1 < from) return line.line;
    }
    return lines.at(-1)?.line ?? 1;
  };
  return onClock(
    told.map((one) => bareStep(one.text, lineAt(one.start))),
    told.map((one) => timeInFront(one.at)),
  );
}

function takeCode(code: Code, read: StepsRead, outline: Outline): void {
  const label = code.label === null ? "" : normalise(code.label.text);
  const reading = readCode(code);
  read.back.push(...reading.back);
  read.backLine ??= reading.backLine;
  if (reading.by !== "none") {
    if (reading.by === "remark" && TELLING_LABEL.test(label) && !STEP_LABEL.test(label)) return;
    read.steps.push(...reading.steps.filter((step) => reading.by !== "remark" || step.commands.length > 0 || step.code === true));
    return;
  }
  if (reading.commands.length === 0 || TELLING_ROLES.some((role) => outline.label(code).has(role))) return;
  const heading = phaseMark(code.section.title)?.title ?? code.section.title;
  const title = code.label?.text ?? (heading === "" ? (reading.commands[0]?.split("\n")[0] ?? "") : heading);
  read.steps.push({ ...bareStep(title, code.label?.line ?? code.line, code.endLine), commands: reading.commands });
}

function takeBack(blocks: readonly Block[], read: StepsRead, line: number): void {
  read.backLine ??= line;
  for (const block of blocks) {
    if (block.type === "list") read.back.push(...itemsAsSteps(block.items.filter((item) => item.depth === 0)));
    else if (block.type === "code") {
      const reading = readCode(block);
      if (reading.by !== "none") read.back.push(...reading.steps, ...reading.back);
      else if (reading.commands.length > 0)
        read.back.push({ ...bareStep(block.label?.text ?? reading.commands[0] ?? "", block.line, block.endLine), commands: reading.commands });
    }
  }
}

/** Sentences of running text that say what to do, for a phase that has nothing else. */
export function stepsOfText(lines: readonly Line[]): RawStep[] {
  return lines.flatMap((line) =>
    line.text
      .split(/(?<=[.;!])\s+/)
      .map((sentence) => sentence.trim().replace(/^\d+(?:\.\d+)*[.)]?\s+/, ""))
      .filter((sentence) => sentence.length > 8 && !/[:：]$/u.test(sentence) && !isField(sentence) && isToDo(sentence))
      .map((sentence) => bareStep(sentence.replace(/[.;]$/, ""), line.line)),
  );
}

/** Whether a table has a column of things to do. */
export function isStepTable(table: Table): boolean {
  return stepsOfTable(table).length > 0;
}
