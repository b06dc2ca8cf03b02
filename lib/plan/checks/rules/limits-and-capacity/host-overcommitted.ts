import { Decimal } from "decimal.js";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";

/** What runs on one host must fit into its memory and disk. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((host, j) => {
      const guests = stack.resources.flatMap((resource, k) => (resource.host === host.key ? [{ resource, path: `stacks[${i}].resources[${k}]` }] : []));
      for (const [field, unit] of [
        ["memoryMb", "MB of memory"],
        ["diskGb", "GB of disk"],
      ] as const) {
        const size = host[field];
        const used = guests.reduce((sum, { resource }) => sum.plus(new Decimal(resource[field] ?? 0).times(resource.count ?? 1)), new Decimal(0));
        if (size === undefined || used.lessThanOrEqualTo(size)) continue;
        noticed.push({
          code: rule.code,
          level: "error",
          path: `stacks[${i}].resources[${j}]`,
          also: guests.slice(0, 5).map(({ path }) => path),
          message: `${host.name}: its services need ${plain(used)} ${unit}, it has ${plain(size)}.`,
          expected: `at most ${plain(size)}`,
          found: plain(used),
        });
      }
    });
  });
  return noticed;
};

const plan = (memory: number) => `stacks:
  - key: one
    name: One server
    role: current
    resources:
      - { key: server, name: Server, memoryMb: 4096 }
      - { key: database, name: Database, host: server, memoryMb: ${memory} }
      - { key: cache, name: Cache, host: server, memoryMb: 1024 }
`;

export const rule: Rule = {
  code: "host-overcommitted",
  family: "limits-and-capacity",
  levels: ["error"],
  says: "The services of a host need more memory or disk than it has.",
  example: { wrong: plan(4096), finds: "Server: its services need 5120 MB of memory, it has 4096.", right: plan(2048) },
  check,
};
