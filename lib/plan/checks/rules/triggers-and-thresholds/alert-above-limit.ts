import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { knownUnit } from "./units";

const CONNECTIONS = /\b(?:conn|conns|connections?|verbindungen|connexions?|conexiones)\b/i;
const STORAGE = /\b(?:storage|speicher|disk|stockage|almacenamiento|database size)\b/i;

/** A level that lies above what is accepted or ordered is never reached, however bad it gets. */
const check: Check = (plan) => {
  const metrics = new Map(plan.metrics.map((metric) => [metric.key, metric]));
  const accepted = limitsOf(plan, "connection-limit");
  return plan.alertRules.flatMap((entry, i): Noticed[] => {
    const metric = metrics.get(entry.metric ?? "");
    const words = `${metric?.key ?? ""} ${metric?.name ?? ""} ${entry.name ?? ""}`.replaceAll(/[_-]/g, " ");
    const unit = entry.unit ?? metric?.unit;
    const most = CONNECTIONS.test(words) && unit !== "percent" ? accepted : STORAGE.test(words) ? storageOf(plan, unit) : null;
    if (most === null) return [];
    const rising = [entry.warning, entry.critical].flatMap((level) => (level !== undefined && (level.op === ">" || level.op === ">=") ? [level.value] : []));
    const highest = Math.max(...rising);
    // An alert that lies above it as a whole is told by alert-unreachable where a pool is meant.
    if (rising.length === 0 || highest <= most.value) return [];
    return [
      {
        code: rule.code,
        level: "error",
        path: `alertRules[${i}]`,
        also: [most.path],
        message: `${entry.name ?? metric?.name ?? "An alert"} has a level at ${plain(highest)}, but ${most.what} is ${plain(most.value)}: it is never reached.`,
        expected: `below ${plain(most.value)}`,
        found: plain(highest),
      },
    ];
  });
};

interface Most {
  value: number;
  what: string;
  path: string;
}

/** The one value all places give. */
function limitsOf(plan: Plan, kind: string): Most | null {
  const found = plan.limits.flatMap((limit, i) => {
    const value = limit.value ?? limit.max;
    return limit.kind === kind && value !== undefined ? [{ value, what: limit.what.toLowerCase(), path: `limits[${i}]` }] : [];
  });
  return new Set(found.map(({ value }) => value)).size === 1 ? (found[0] ?? null) : null;
}

/** What is ordered of storage, in the unit of the alert. */
function storageOf(plan: Plan, unit: string | undefined): Most | null {
  const ordered = plan.limits.findIndex((limit) => limit.kind === "storage");
  const limit = plan.limits[ordered];
  const [own, other] = [knownUnit(unit), knownUnit(limit?.unit)];
  if (limit?.value === undefined || own?.kind !== "bytes" || other?.kind !== "bytes") return null;
  return { value: (limit.value * other.factor) / own.factor, what: limit.what.toLowerCase(), path: `limits[${ordered}]` };
}

const alert = (critical: number) => `metrics: [{ key: connections, name: Connections, unit: connections }]
limits: [{ what: Connections the database accepts, kind: connection-limit, value: 200 }]
alertRules: [{ key: conn, name: Connections, metric: connections, warning: { value: 150 }, critical: { value: ${critical} } }]
`;

export const rule: Rule = {
  code: "alert-above-limit",
  family: "triggers-and-thresholds",
  levels: ["error"],
  yields: true,
  says: "A level of an alert lies above what the thing accepts or has.",
  example: { wrong: alert(220), finds: "Connections has a level at 220, but connections the database accepts is 200: it is never reached.", right: alert(180) },
  check,
};
