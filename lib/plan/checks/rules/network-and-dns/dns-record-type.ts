import { isAddress, isApex } from "../../host-names";
import type { Check, Noticed, Rule } from "../../types";

/** A CNAME stands alone and leads to a name: never at the top of a zone, never to an address (RFC 1034, 3.6.2). */
const check: Check = (plan) =>
  plan.dnsRecords.flatMap((record, i): Noticed[] => {
    if (record.type !== "CNAME") return [];
    const apex = isApex(record.name);
    if (!apex && !isAddress(record.target)) return [];
    return [
      {
        code: rule.code,
        level: apex ? "warning" : "error",
        path: `dnsRecords[${i}]`,
        message: apex
          ? `A CNAME on the bare domain ${record.name} is not allowed in DNS.`
          : `The CNAME ${record.name} leads to the address ${record.target}; a CNAME leads to a name.`,
        expected: apex ? "ALIAS or A" : "A",
        found: "CNAME",
        hint: apex ? "Use an alias record of the DNS provider, or A records." : "Use an A record (AAAA for IPv6).",
      },
    ];
  });

export const rule: Rule = {
  code: "dns-record-type",
  family: "network-and-dns",
  levels: ["error", "warning"],
  says: "A CNAME stands on a bare domain, or leads to an address.",
  example: {
    wrong: "dnsRecords: [{ type: CNAME, name: files.shop.example, target: 203.0.113.7 }]\n",
    finds: "The CNAME files.shop.example leads to the address 203.0.113.7; a CNAME leads to a name.",
    right: "dnsRecords: [{ type: A, name: files.shop.example, target: 203.0.113.7 }]\n",
  },
  check,
};
