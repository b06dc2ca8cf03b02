import type { Plan, PlanResource } from "../../../types";
import type { Check, Noticed, Rule } from "../../types";

/** One port of a host serves one service, and a service has the same port everywhere. */
const check: Check = (plan) => [...shared(plan), ...twoPorts(plan)];

function shared(plan: Plan): Noticed[] {
  return plan.stacks.flatMap((stack, i) =>
    stack.resources.flatMap((host, j) => {
      const guests = stack.resources.flatMap((resource, k) => (resource.host === host.key ? [{ resource, path: `stacks[${i}].resources[${k}]` }] : []));
      return guests.length === 0 ? [] : collisions([{ resource: host, path: `stacks[${i}].resources[${j}]` }, ...guests], host.name);
    }),
  );
}

function collisions(resources: { resource: PlanResource; path: string }[], host: string): Noticed[] {
  const users = new Map<number, typeof resources>();
  for (const user of resources) for (const port of new Set(user.resource.ports)) users.set(port, [...(users.get(port) ?? []), user]);
  return [...users].flatMap(([port, [one, ...others]]): Noticed[] =>
    one === undefined || others.length === 0
      ? []
      : [
          {
            code: rule.code,
            level: "warning",
            path: one.path,
            also: others.map(({ path }) => path),
            message: `${host}: port ${port} is used by ${[one, ...others].map(({ resource }) => resource.name).join(" and ")}.`,
            found: String(port),
          },
        ],
  );
}

/** A service whose drawing and whose configuration share no port. */
function twoPorts(plan: Plan): Noticed[] {
  const services = new Map<string, { port: number; from: string; path: string; subject: string }[]>();
  plan.readings.forEach((reading, i) => {
    if (reading.setting !== "port" || typeof reading.value !== "number") return;
    const key = plain(reading.subject);
    services.set(key, [...(services.get(key) ?? []), { port: reading.value, from: reading.from, path: `readings[${i}]`, subject: reading.subject }]);
  });
  return [...services].flatMap(([key, given]): Noticed[] => {
    const sources = [...new Set(given.map(({ from }) => from))].map((from) => given.filter((one) => one.from === from));
    for (const [i, one] of sources.entries()) {
      const other = sources.slice(i + 1).find((list) => !list.some(({ port }) => one.some((first) => first.port === port)));
      const [a, b] = [one[0], other?.[0]];
      if (a === undefined || b === undefined) continue;
      const taken = [...services]
        .flatMap(([name, list]) => (name === key ? [] : list))
        .find(({ port, from }) => (port === b.port && from === a.from) || (port === a.port && from === b.from));
      return [
        {
          code: rule.code,
          level: "warning",
          path: a.path,
          also: [b.path, ...(taken === undefined ? [] : [taken.path])],
          message: `${a.subject} has port ${a.port} in the ${a.from} and ${b.port} in the ${b.from}${taken === undefined ? "" : `; ${taken.port} is the port of ${taken.subject}`}.`,
          expected: String(a.port),
          found: String(b.port),
          hint: "Give the service one port.",
        },
      ];
    }
    return [];
  });
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export const rule: Rule = {
  code: "port-collision",
  family: "network-and-dns",
  levels: ["warning"],
  says: "Two services of a host use the same port, or a service has different ports in different places.",
  example: {
    wrong:
      "readings: [{ subject: Status page, setting: port, value: 3003, from: diagram }, { subject: Shop, setting: port, value: 3001, from: diagram }, { subject: Status page, setting: port, value: 3001, from: configuration }]\n",
    finds: "Status page has port 3003 in the diagram and 3001 in the configuration; 3001 is the port of Shop.",
    right:
      "readings: [{ subject: Status page, setting: port, value: 3003, from: diagram }, { subject: Shop, setting: port, value: 3001, from: diagram }, { subject: Status page, setting: port, value: 3003, from: configuration }]\n",
  },
  check,
};
