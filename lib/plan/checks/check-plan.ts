import { formatMoney } from "@/lib/core/money";
import type { Locate } from "../read-yaml";
import type { Plan } from "../types";
import { RULES } from "./rules";
import { stackTotal } from "./stack-total";
import { type Facts, FINDING_LEVELS, type Finding } from "./types";

/** What the rules share: the recomputed total of every stack, amounts as text. */
export function factsOf(plan: Plan): Facts {
  const { currency } = plan.project;
  return {
    totals: new Map(plan.stacks.map((stack) => [stack.key, stackTotal(stack, currency)])),
    money: (value) => formatMoney(value, currency),
  };
}

/**
 * Everything the checks notice about a plan, errors first, in the order of the rules. Pure and repeatable.
 * `locate` gives findings their lines in the text.
 */
export function checkPlan(plan: Plan, locate?: Locate): Finding[] {
  const facts = factsOf(plan);
  const findings = RULES.flatMap((rule) => rule.check(plan, facts)).map(({ also = [], ...noticed }) => ({
    ...noticed,
    about: locate?.(noticed.path)?.line ?? null,
    lines: [...new Set([noticed.path, ...also].flatMap((path) => locate?.(path)?.line ?? []))],
    expected: noticed.expected ?? null,
    found: noticed.found ?? null,
    hint: noticed.hint ?? null,
  }));
  return withoutTwice(findings).sort((a, b) => FINDING_LEVELS.indexOf(a.level) - FINDING_LEVELS.indexOf(b.level));
}

const YIELDING = new Set(RULES.filter((rule) => rule.yields === true).map((rule) => rule.code));

/** One slip, one finding: rules that look at any calculation leave a line to those that know what it is about. */
function withoutTwice(findings: (Finding & { about: number | null })[]): Finding[] {
  const told = new Set(findings.flatMap(({ code, level, about }) => (YIELDING.has(code) || level === "info" || about === null ? [] : [about])));
  return findings.flatMap(({ about, ...finding }) => {
    if (YIELDING.has(finding.code) && about !== null) {
      if (told.has(about)) return [];
      told.add(about);
    }
    return [finding];
  });
}
