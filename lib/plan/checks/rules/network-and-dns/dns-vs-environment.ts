import type { Check, Noticed, Rule } from "../../types";

/** Words of a variable that say what kind of thing its address is. */
const ROLES = ["frontend", "backend", "admin", "auth", "cdn", "files", "mail", "status"];

/** A variable that holds the address of the frontend must hold a name that DNS leads to the frontend. */
const check: Check = (plan) => {
  const seen = new Set<string>();
  const records = plan.dnsRecords.map((record, j) => ({ record, says: words(record.target), path: `dnsRecords[${j}]` }));
  return plan.variables.flatMap((variable, i): Noticed[] => {
    const { host } = variable;
    if (host === undefined || seen.has(`${variable.name} ${host}`)) return [];
    seen.add(`${variable.name} ${host}`);
    const role = ROLES.find((word) => words(variable.name).has(word));
    if (role === undefined) return [];
    const own = records.filter(({ record }) => record.name.toLowerCase() === host.toLowerCase());
    const right = records.find(({ says }) => says.has(role));
    const [wrong] = own;
    if (wrong === undefined || right === undefined || own.some(({ says }) => says.has(role))) return [];
    const again = plan.variables.findIndex((other, j) => j > i && other.name === variable.name && other.host === host);
    return [
      {
        code: rule.code,
        level: "error",
        path: wrong.path,
        also: [right.path, `variables[${i}]`, ...(again < 0 ? [] : [`variables[${again}]`])],
        message: `${variable.name} is ${host}, but its record leads to ${wrong.record.target}; ${right.record.target} is at ${right.record.name}.`,
        expected: right.record.name,
        found: host,
        hint: "Change the variable or the record.",
      },
    ];
  });
};

function words(text: string): Set<string> {
  return new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u));
}

export const rule: Rule = {
  code: "dns-vs-environment",
  family: "network-and-dns",
  levels: ["error"],
  says: "A variable holds a name that DNS leads to something else.",
  example: {
    wrong: `dnsRecords: [{ name: shop.example, target: API server }, { name: www.shop.example, target: Frontend host }]
variables: [{ name: FRONTEND_URL, role: set, place: production, host: shop.example }]
`,
    finds: "FRONTEND_URL is shop.example, but its record leads to API server; Frontend host is at www.shop.example.",
    right: `dnsRecords: [{ name: shop.example, target: API server }, { name: www.shop.example, target: Frontend host }]
variables: [{ name: FRONTEND_URL, role: set, place: production, host: www.shop.example }]
`,
  },
  check,
};
