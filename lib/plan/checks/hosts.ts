import { Decimal } from "decimal.js";
import type { PlanResource } from "../types";
import { plain } from "./amounts";
import type { Check, Noticed } from "./types";

/** What runs on one host must fit into it: memory, disk, ports. */
export const hosts: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((host, j) => {
      const guests = stack.resources.filter((resource) => resource.host === host.key);
      if (guests.length === 0) return;
      const path = `stacks[${i}].resources[${j}]`;
      for (const [field, unit] of [
        ["memoryMb", "MB of memory"],
        ["diskGb", "GB of disk"],
      ] as const) {
        const size = host[field];
        const used = guests.reduce((sum, guest) => sum.plus(new Decimal(guest[field] ?? 0).times(guest.count ?? 1)), new Decimal(0));
        if (size === undefined || used.lessThanOrEqualTo(size)) continue;
        noticed.push({
          code: "host-overcommitted",
          level: "error",
          path: `${path}.${field}`,
          message: `${host.name}: its services need ${plain(used)} ${unit}, it has ${plain(size)}.`,
          expected: `at most ${plain(size)}`,
          found: plain(used),
        });
      }
      noticed.push(...collisions([host, ...guests], host.name, path));
    });
  });
  return noticed;
};

function collisions(resources: PlanResource[], host: string, path: string): Noticed[] {
  const users = new Map<number, string[]>();
  for (const resource of resources) for (const port of resource.ports ?? []) users.set(port, [...(users.get(port) ?? []), resource.name]);
  return [...users].flatMap(([port, names]) =>
    names.length < 2
      ? []
      : [{ code: "port-collision", level: "warning" as const, path, message: `${host}: port ${port} is used by ${names.join(" and ")}.`, found: String(port) }],
  );
}
