import type { PlanResource } from "../types";
import type { Check, Noticed } from "./types";

/** Services of one host need ports of their own. */
export const hosts: Check = (plan) =>
  plan.stacks.flatMap((stack, i) =>
    stack.resources.flatMap((host, j) => {
      const guests = stack.resources.filter((resource) => resource.host === host.key);
      return guests.length === 0 ? [] : collisions([host, ...guests], host.name, `stacks[${i}].resources[${j}]`);
    }),
  );

function collisions(resources: PlanResource[], host: string, path: string): Noticed[] {
  const users = new Map<number, string[]>();
  for (const resource of resources) for (const port of resource.ports ?? []) users.set(port, [...(users.get(port) ?? []), resource.name]);
  return [...users].flatMap(([port, names]) =>
    names.length < 2
      ? []
      : [{ code: "port-collision", level: "warning" as const, path, message: `${host}: port ${port} is used by ${names.join(" and ")}.`, found: String(port) }],
  );
}
