import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A plan that opens only some ports must not publish others. */
const check: Check = (plan) => {
  const at = plan.promises.findIndex((promise) => promise.kind === "only-ports" && (promise.ports?.length ?? 0) > 0);
  const promise = plan.promises[at];
  // Where there is a firewall, its rules decide what is open.
  if (promise?.ports === undefined || plan.firewall.some((entry) => entry.action === "allow")) return [];
  const allowed = new Set(promise.ports);
  const open = plan.ports.flatMap((entry, i) => {
    const others = entry.exposed === true ? [entry.port].flat().filter((port) => !allowed.has(port)) : [];
    return others.length === 0 ? [] : [{ entry, others, path: `ports[${i}]` }];
  });
  const [one] = open;
  if (one === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: one.path,
      also: [...open.slice(1, 4).map(({ path }) => path), `promises[${at}]`],
      message: `The plan says "${promise.text}", but ${listed(open.map(({ entry, others }) => `${entry.service} opens ${others.join(", ")}`))}.`,
      expected: promise.ports.join(", "),
      found: open.flatMap(({ others }) => others).join(", "),
      hint: "Close the port, or change the rule.",
    },
  ];
};

export const rule: Rule = {
  code: "port-vs-policy",
  family: "network-and-dns",
  levels: ["warning"],
  says: "A port is opened that the plan's own rule keeps closed.",
  example: {
    wrong: "promises: [{ kind: only-ports, text: only 80 and 443 are open, ports: [80, 443] }]\nports: [{ service: admin, port: 8080, exposed: true }]\n",
    finds: 'The plan says "only 80 and 443 are open", but admin opens 8080.',
    right: "promises: [{ kind: only-ports, text: only 80 and 443 are open, ports: [80, 443] }]\nports: [{ service: admin, port: 8080, exposed: false }]\n",
  },
  check,
};
