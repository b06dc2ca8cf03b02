/*
 * How well documents are read: what the reader finds against facts collected by hand, in two folders given as arguments
 * (documents *.md, facts *.json of the same names). Prints precision and recall per kind, every disagreement, and which of
 * the contradictions known for each document the checks find.
 *
 *   node --import tsx bench/documents.ts DOCUMENTS FACTS [NAME] [--quiet]
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readDocument } from "@/lib/document/read-document";
import { type CheckReport, checkReport } from "@/lib/plan/check-report";
import { RULES } from "@/lib/plan/checks/rules";
import {
  contradictions,
  type Facts,
  type Gold,
  goldAlerts,
  goldPhases,
  goldPrices,
  goldRollbacks,
  goldTotals,
  goldTriggers,
  numbersByLine,
} from "./document-facts";

interface Found {
  line: number | null;
  low: number | null;
  high: number | null;
  what: string;
  period?: string;
  currency?: string;
}

const [documents, factsFolder, only] = process.argv.slice(2).filter((one) => !one.startsWith("--"));
const quiet = process.argv.includes("--quiet");
if (documents === undefined || factsFolder === undefined) {
  console.error("Give two folders: documents (*.md) and facts (*.json).");
  process.exit(2);
}

/** Every document with facts is priced in one currency. */
const CURRENCY = "USD";
const FAMILIES = new Map<string, string>(RULES.map((rule) => [rule.code, rule.family]));

const number = (value: unknown): number | null => (value === null || value === undefined || value === "" ? null : Number(value));

function foundPrices(report: CheckReport): Found[] {
  const items = [...report.stacks.flatMap((stack) => stack.lineItems), ...report.otherPrices.filter((one) => !one.isTotal)];
  return items
    .filter((item) => item.price.form !== "unknown" && item.price.form !== "percent")
    .map((item) => ({
      line: item.line,
      low: number(item.price.min),
      high: number(item.price.max),
      what: item.name,
      period: item.price.period,
      currency: item.price.currency,
    }));
}

function foundTotals(report: CheckReport): Found[] {
  return [
    ...report.stacks.flatMap((stack) =>
      stack.statedTotals.map((total) => ({
        line: total.line,
        low: number(total.min),
        high: number(total.max),
        what: `total of ${stack.name}`,
        period: total.period,
        currency: total.currency,
      })),
    ),
    ...report.otherPrices
      .filter((one) => one.isTotal)
      .map((one) => ({
        line: one.line,
        low: number(one.price.min),
        high: number(one.price.max),
        what: one.name,
        period: one.price.period,
        currency: one.price.currency,
      })),
  ];
}

function foundConditions(report: CheckReport, kinds: readonly string[]): Found[] {
  return report.triggers
    .filter((trigger) => kinds.includes(String(trigger.kind)) && typeof trigger.value === "number")
    .map((trigger) => ({
      line: number(trigger.line),
      low: number(trigger.value),
      high: number(trigger.value),
      what: `${String(trigger.metric)} ${String(trigger.op)}`,
    }));
}

function foundPhases(report: CheckReport): Found[] {
  return report.migrations.flatMap((migration) =>
    (migration.phases as { title: string; line: number | null }[]).map((phase) => ({ line: phase.line, low: null, high: null, what: phase.title })),
  );
}

const close = (a: number | null, b: number | null) => a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)));

interface Score {
  gold: number;
  hit: number;
  found: number;
  right: number;
  notes: string[];
}

/** A fact is hit by a finding on one of its lines with the same ends; a finding is right where any fact of its line has its numbers. */
function score(gold: Gold[], found: Found[], generous: Map<number, Set<number>> | null, also: Found[] = []): Score {
  const notes: string[] = [];
  // Differences may be written with or without their sign.
  const same = (one: Found, fact: Gold) =>
    (one.currency ?? CURRENCY) === CURRENCY &&
    (fact.period === undefined || one.period === undefined || one.period === fact.period) &&
    fact.lines.includes(one.line ?? -1) &&
    ((close(one.low, fact.low) && close(one.high, fact.high)) || (close(one.low, negated(fact.high)) && close(one.high, negated(fact.low))));
  const missed = gold.filter((fact) => ![...found, ...also].some((one) => same(one, fact)));
  for (const fact of missed) notes.push(`  missed  line ${fact.lines.slice(0, 5).join(",")}: ${fact.what} ${fact.low ?? ""}..${fact.high ?? ""}`);
  const wrong = found.filter((one) => {
    if (gold.some((fact) => same(one, fact))) return false;
    if (generous === null) return true;
    const known = generous.get(one.line ?? -1) ?? new Set();
    const has = (value: number | null) => value === null || value === 0 || known.has(value) || known.has(-value);
    return !(has(one.low) && has(one.high)) || known.size === 0;
  });
  for (const one of wrong) notes.push(`  extra   line ${one.line}: ${one.what} ${one.low ?? ""}..${one.high ?? ""}`);
  return { gold: gold.length, hit: gold.length - missed.length, found: found.length, right: found.length - wrong.length, notes };
}

const negated = (value: number | null) => (value === null ? null : -value);
const share = (part: number, of: number) => (of === 0 ? "–" : (part / of).toFixed(3));

/** Task-list boxes of a document that became a step or an item of a checklist, by line. */
function boxes(text: string, report: CheckReport): Score {
  const gold = text.split(/\r?\n/).flatMap((line, i) => (/^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s/.test(line) ? [i + 1] : []));
  const steps = report.migrations.flatMap((migration) => (migration.phases as { steps: { line: number | null }[] }[]).flatMap((phase) => phase.steps));
  const lines = new Set([...steps, ...report.checklists.flatMap((list) => list.items as { line: number | null }[])].map((one) => one.line));
  const missed = gold.filter((line) => !lines.has(line));
  return {
    gold: gold.length,
    hit: gold.length - missed.length,
    found: gold.length,
    right: gold.length,
    notes: missed.map((line) => `  missed  line ${line}: box`),
  };
}

function checks(facts: Facts, report: CheckReport) {
  const known = contradictions(facts);
  const covers = (finding: CheckReport["findings"][number], entry: (typeof known)[number]) => {
    const shared = finding.lines.filter((line) => entry.lines.includes(line)).length;
    if (shared === 0) return false;
    return finding.code === entry.rule || (FAMILIES.get(finding.code) === entry.family && (shared >= 2 || shared === finding.lines.length));
  };
  const found = known.filter((entry) => report.findings.some((finding) => covers(finding, entry)));
  const alarms = report.findings.filter((finding) => !known.some((entry) => covers(finding, entry)));
  return { known, found, alarms };
}

const sum: Record<string, Score> = {};
const bases: Record<string, { known: number; found: number }> = {};
const names = readdirSync(documents).filter((file) => file.endsWith(".md") && (only === undefined || file.includes(only)));
for (const file of names) {
  const facts = JSON.parse(readFileSync(path.join(factsFolder, file.replace(/\.md$/, ".json")), "utf8")) as Facts;
  const text = readFileSync(path.join(documents, file), "utf8");
  const read = readDocument(text, file);
  const report = checkReport(read.plan, read.locate);
  const generous = numbersByLine(facts);
  const scores: Record<string, Score> = {
    // What a stage or a whole stack costs may be listed as a total: for what is missed it counts there too.
    prices: score(goldPrices(facts), foundPrices(report), generous, foundTotals(report)),
    totals: score(goldTotals(facts), foundTotals(report), generous),
    triggers: score(goldTriggers(facts), foundConditions(report, ["migrate", "block", "justify", "review"]), generous),
    alerts: score(goldAlerts(facts), foundConditions(report, ["warning", "critical"]), null),
    rollback: score(goldRollbacks(facts), foundConditions(report, ["rollback"]), null),
    phases: score(goldPhases(facts), foundPhases(report), null),
    boxes: boxes(text, report),
  };
  console.log(`\n== ${file}`);
  for (const [kind, one] of Object.entries(scores)) {
    console.log(
      `${kind.padEnd(10)} recall ${share(one.hit, one.gold)} (${one.hit}/${one.gold})  precision ${share(one.right, one.found)} (${one.right}/${one.found})`,
    );
    if (!quiet) for (const note of one.notes) console.log(note);
    const total = sum[kind] ?? { gold: 0, hit: 0, found: 0, right: 0, notes: [] };
    sum[kind] = total;
    for (const field of ["gold", "hit", "found", "right"] as const) total[field] += one[field];
  }
  const { known, found, alarms } = checks(facts, report);
  for (const entry of known) {
    const basis = bases[entry.basis] ?? { known: 0, found: 0 };
    bases[entry.basis] = basis;
    basis.known++;
    if (found.includes(entry)) basis.found++;
    else if (!quiet && ["arithmetic", "ordering", "cross-reference"].includes(entry.basis))
      console.log(`  not found  ${entry.id} ${entry.basis} ${entry.family}/${entry.rule} lines ${entry.lines.join(",")}: ${entry.what.slice(0, 140)}`);
  }
  console.log(`contradictions ${found.length}/${known.length} found, ${alarms.length} false alarms of ${report.findings.length} findings`);
  for (const alarm of alarms) console.log(`  alarm   ${alarm.level} ${alarm.code} lines ${alarm.lines.join(",")}: ${alarm.message.slice(0, 200)}`);
}
console.log("\n== all documents");
for (const [kind, one] of Object.entries(sum))
  console.log(
    `${kind.padEnd(10)} recall ${share(one.hit, one.gold)} (${one.hit}/${one.gold})  precision ${share(one.right, one.found)} (${one.right}/${one.found})`,
  );
for (const [basis, one] of Object.entries(bases)) console.log(`${basis.padEnd(17)} ${one.found}/${one.known} found`);
