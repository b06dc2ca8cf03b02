import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { knownUnit } from "./units";

/** An alert above what there is at all: the process ends, or the pool refuses, before it can speak. */
const check: Check = (plan) => {
  const metrics = new Map(plan.metrics.map((metric) => [metric.key, metric]));
  const [memory, connections] = [memoryOf(plan), connectionsOf(plan)];
  return plan.alertRules.flatMap((entry, i): Noticed[] => {
    const metric = metrics.get(entry.metric ?? "");
    const levels = [entry.warning, entry.critical, ...entry.levels].flatMap((level) =>
      level !== undefined && (level.op === ">" || level.op === ">=") ? [level.value] : [],
    );
    if (metric === undefined || levels.length === 0) return [];
    const lowest = Math.min(...levels);
    const bytes = MEMORY.test(words(metric)) ? knownUnit(metric.unit) : undefined;
    const counted = CONNECTIONS.test(words(metric)) && metric.unit !== "percent";
    const most = bytes?.kind === "bytes" && memory !== null ? { ...memory, value: (memory.value * 1e6) / bytes.factor } : counted ? connections : null;
    if (most === null || lowest < most.value) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `alertRules[${i}]`,
        also: most.paths,
        message: `${entry.name ?? metric.name} speaks from ${plain(lowest)} on, but ${most.what} is ${plain(most.value)}: it never speaks.`,
        expected: `below ${plain(most.value)}`,
        found: plain(lowest),
      },
    ];
  });
};

const MEMORY = /\b(?:memory|ram|arbeitsspeicher|hauptspeicher|memoire|mémoire|memoria)\b/i;
const CONNECTIONS = /\b(?:connections?|verbindungen|connexions?|conexiones)\b/i;

const APPLICATION = /\b(?:app|apps|application|api|backend|server|web|service|anwendung|dienst|aplicaci[oó]n|servicio)\b/i;

interface Most {
  value: number;
  what: string;
  paths: string[];
}

const words = (metric: Plan["metrics"][number]) => `${metric.key} ${metric.name}`.replaceAll(/[_-]/g, " ");

/** In MB: what a drawing gives an application, else the largest memory of a service to come, in a row or in a configuration. */
function memoryOf(plan: Plan): Most | null {
  const sized = plan.stacks.flatMap((stack, i) =>
    stack.role === "target" || stack.role === "phase"
      ? stack.resources.flatMap((resource, j) =>
          resource.memoryMb === undefined || resource.kind === "cache" || resource.kind === "database"
            ? []
            : [{ mb: resource.memoryMb, name: resource.name, path: `stacks[${i}].resources[${j}]` }],
        )
      : [],
  );
  const configured = plan.limits.flatMap((limit, i) => {
    const size = limit.max ?? limit.value;
    const bytes = knownUnit(limit.unit);
    return limit.kind === "memory" && size !== undefined && bytes?.kind === "bytes"
      ? [{ mb: (size * bytes.factor) / 1e6, name: "an instance", path: `limits[${i}]` }]
      : [];
  });
  // A drawing names what it gives a size: the smallest of its applications is the first to end.
  const drawn = plan.topologies.flatMap((drawing, i) =>
    drawing.boxes.flatMap((box, j) =>
      APPLICATION.test(box.name ?? "") ? [{ mb: box.memoryMb, name: box.name ?? "", path: `topologies[${i}].boxes[${j}]` }] : [],
    ),
  );
  const smallest = drawn.toSorted((a, b) => a.mb - b.mb)[0];
  const most = smallest ?? [...configured, ...sized].toSorted((a, b) => b.mb - a.mb)[0];
  return most === undefined ? null : { value: most.mb, what: most.name === "" ? "the memory" : `the memory of ${most.name}`, paths: [most.path] };
}

/** The connections that a pooler keeps open, where alerts count connections. */
function connectionsOf(plan: Plan): Most | null {
  const pools = plan.limits.flatMap((limit, i) => {
    const size = limit.max ?? limit.value;
    return limit.kind === "pooler-size" && size !== undefined ? [{ size, what: limit.what, path: `limits[${i}]` }] : [];
  });
  const largest = pools.toSorted((a, b) => b.size - a.size)[0];
  return largest === undefined ? null : { value: largest.size, what: largest.what, paths: [largest.path] };
}

const plan = (warning: number) => `metrics: [{ key: memory_mb, name: Memory, unit: MB }]
stacks: [{ key: new, name: New, role: target, resources: [{ key: app, name: App, kind: compute, memoryMb: 256 }] }]
alertRules: [{ key: memory, name: Memory alert, metric: memory_mb, warning: { value: ${warning} } }]
`;

export const rule: Rule = {
  code: "alert-unreachable",
  family: "triggers-and-thresholds",
  levels: ["warning"],
  says: "An alert lies above what can be reached at all.",
  example: { wrong: plan(300), finds: "Memory alert speaks from 300 on, but the memory of App is 256: it never speaks.", right: plan(200) },
  check,
};
