import { plain } from "../../amounts";
import type { Check, Rule } from "../../types";

/** Every instance opens its own pool: at the largest number of instances the database must still accept them all. */
const check: Check = (plan) => {
  const limits = plan.limits.flatMap((limit, i) => {
    const value = limit.value ?? limit.max;
    return value === undefined || limit.kind === undefined ? [] : [{ kind: limit.kind, value, what: limit.what, line: limit.line, path: `limits[${i}]` }];
  });
  const pool = limits.find((limit) => limit.kind === "pool-size");
  const accepted = limits.filter((limit) => limit.kind === "connection-limit");
  // Several databases: the limit that stands beside the pool is meant.
  const beside = accepted.find((limit) => limit.line !== undefined && limit.line === pool?.line);
  const most = beside ?? (new Set(accepted.map((limit) => limit.value)).size === 1 ? accepted[0] : undefined);
  if (pool === undefined || most === undefined) return [];
  const scaled = plan.stacks.flatMap((stack, i) =>
    stack.role === "current"
      ? []
      : stack.resources.flatMap((resource, j) => {
          const count = resource.autoscale?.max ?? (resource.kind === "compute" ? resource.count : undefined);
          const path = `stacks[${i}].resources[${j}]${resource.autoscale === undefined ? "" : ".autoscale"}`;
          return count === undefined ? [] : [{ count, name: resource.name, path }];
        }),
  );
  const counted = limits.flatMap((limit) => (limit.kind === "instances" ? [{ count: limit.value, name: limit.what.toLowerCase(), path: limit.path }] : []));
  const largest = [...scaled, ...counted].toSorted((a, b) => b.count - a.count)[0];
  if (largest === undefined || pool.value * largest.count <= most.value) return [];
  return [
    {
      code: rule.code,
      level: "error" as const,
      path: pool.path,
      also: [most.path, largest.path],
      message: `${pool.what}: ${plain(pool.value)} on each of up to ${largest.count} (${largest.name}) are ${plain(pool.value * largest.count)} connections, ${most.what} is ${plain(most.value)}.`,
      expected: `at most ${plain(Math.floor(most.value / largest.count))} each`,
      found: plain(pool.value),
      hint: "Make the pool smaller, cap the instances, or put a pooler between them.",
    },
  ];
};

const plan = (
  size: number,
) => `stacks: [{ key: new, name: New, role: target, resources: [{ key: app, name: App, kind: compute, autoscale: { min: 2, max: 8 } }] }]
limits:
  - { what: Pool of the app, kind: pool-size, value: ${size} }
  - { what: Limit of the database, kind: connection-limit, value: 100 }
`;

export const rule: Rule = {
  code: "pool-times-instances-vs-limit",
  family: "limits-and-capacity",
  levels: ["error"],
  says: "All instances together open more connections than the database accepts.",
  example: {
    wrong: plan(20),
    finds: "Pool of the app: 20 on each of up to 8 (App) are 160 connections, Limit of the database is 100.",
    right: plan(10),
  },
  check,
};
