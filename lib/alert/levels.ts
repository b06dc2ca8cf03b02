import { meets } from "@/lib/trigger/evaluate";
import { OPERATORS, type Operator, type TriggerState } from "@/lib/trigger/types";
import type { Level, RuleState } from "./types";

/** A rule as stored: one operator, two thresholds, or a list of amounts (billing at 200, 400, 600). */
export interface StoredLevels {
  op: string | null;
  warning: number | null;
  critical: number | null;
  levels: unknown;
}

/**
 * The two levels of a rule. A list of amounts is a warning from its lowest on and critical from its highest, when it
 * has more than one. Without an operator "above" is meant.
 */
export function levelsOf(rule: StoredLevels): { warning: Level | null; critical: Level | null } {
  const op = rule.op ?? ">";
  if (rule.warning !== null || rule.critical !== null) {
    return {
      warning: rule.warning === null ? null : { op, value: rule.warning },
      critical: rule.critical === null ? null : { op, value: rule.critical },
    };
  }
  const list = readList(rule.levels, op).sort((a, b) => a.value - b.value);
  const [lowest, highest] = [list[0] ?? null, list.at(-1) ?? null];
  return { warning: lowest, critical: list.length > 1 ? highest : null };
}

function readList(raw: unknown, op: string): Level[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const { value, op: own } = item as { value?: unknown; op?: unknown };
    return typeof value === "number" && Number.isFinite(value) ? [{ op: typeof own === "string" ? own : op, value }] : [];
  });
}

/** The operator when it is one that can be evaluated. */
export function operatorOf(op: string): Operator | null {
  return OPERATORS.find((known) => known === op) ?? null;
}

/** State of a rule out of the hold machines of its two levels; null for a level the rule does not have. */
export function ruleState(warning: TriggerState | null, critical: TriggerState | null): RuleState {
  const states = [warning, critical];
  if (critical === "firing") return "critical";
  if (warning === "firing") return "warning";
  if (states.includes("pending")) return "pending";
  if (states.includes("unknown") || (warning === null && critical === null)) return "unknown";
  return "ok";
}

/** The threshold that a value passes, the critical one first; null when it passes none. */
export function thresholdPassed(value: number | null, levels: { warning: Level | null; critical: Level | null }): number | null {
  for (const level of [levels.critical, levels.warning]) {
    const op = level === null ? null : operatorOf(level.op);
    if (level !== null && op !== null && meets({ op, value: level.value, high: null }, value) === true) return level.value;
  }
  return null;
}
