import type { Check, Noticed, Rule } from "../../types";

/** What is reached from outside must be let in. */
const check: Check = (plan) => {
  const allowed = plan.firewall.flatMap((entry, i) => (entry.action === "allow" ? [{ port: entry.port, path: `firewall[${i}]` }] : []));
  if (allowed.length === 0 || allowed.some(({ port }) => port === undefined)) return [];
  const listed = allowed.map(({ port }) => port).join(", ");
  const seen = new Set<number>();
  return plan.ports.flatMap((entry, i): Noticed[] => {
    if (entry.exposed !== true) return [];
    const closed = [entry.port].flat().filter((port) => !allowed.some((one) => one.port === port) && !seen.has(port));
    const [port] = closed;
    if (port === undefined) return [];
    for (const one of closed) seen.add(one);
    return [
      {
        code: rule.code,
        level: "warning",
        path: `ports[${i}]`,
        also: allowed.map(({ path }) => path).slice(0, 6),
        message: `${entry.service} is reached from outside on port ${closed.join(", ")}, but the firewall lets in only ${listed}.`,
        expected: `one of ${listed}`,
        found: closed.join(", "),
        hint: "Open the port for those who need it, or reach the service through the proxy.",
      },
    ];
  });
};

export const rule: Rule = {
  code: "port-vs-firewall",
  family: "network-and-dns",
  levels: ["warning"],
  says: "Something is reached from outside on a port that the firewall does not let in.",
  example: {
    wrong:
      "firewall: [{ action: deny }, { action: allow, port: 22 }, { action: allow, port: 443 }]\nports: [{ service: files.shop.example, port: 9001, exposed: true }]\n",
    finds: "files.shop.example is reached from outside on port 9001, but the firewall lets in only 22, 443.",
    right:
      "firewall: [{ action: deny }, { action: allow, port: 22 }, { action: allow, port: 443 }, { action: allow, port: 9001 }]\nports: [{ service: files.shop.example, port: 9001, exposed: true }]\n",
  },
  check,
};
