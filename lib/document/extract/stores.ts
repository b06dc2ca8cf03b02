import { normalise, wordTest } from "../lexicon/words";
import type { Extract } from "./types";

const STORES: readonly [RegExp, string][] = [
  [/\baws ssm put-parameter\b|\bparameter store\b/, "Parameter Store"],
  [/\bsecrets manager\b|\baws secretsmanager\b/, "Secrets Manager"],
  [/\bkey vault\b|\baz keyvault\b/, "Key Vault"],
  [/\bhashicorp vault\b|\bvault kv\b/, "Vault"],
  [/\bsecret manager\b|\bgcloud secrets\b/, "Secret Manager"],
  [/\bdoppler\b/, "Doppler"],
  [/\binfisical\b/, "Infisical"],
];
const SECRET = wordTest([
  "secret*",
  "credential*",
  "password*",
  "securestring",
  "put-parameter",
  "env*",
  "geheimnis*",
  "zugangsdaten",
  "identifiants",
  "credenciales",
]);
const DNS_PROVIDERS = [
  "route 53",
  "cloudflare",
  "cloud dns",
  "azure dns",
  "dnsimple",
  "ns1",
  "gandi",
  "godaddy",
  "namecheap",
  "hetzner dns",
  "ovh",
  "digitalocean dns",
  "dyn",
  "constellix",
  "desec",
];
const PROVIDER_TESTS = DNS_PROVIDERS.map((name) => [name, new RegExp(String.raw`\b${name}\b`)] as const);
const DNS = wordTest(["dns", "cname", "record*", "nameserver*", "zone"]);
/** "Cloudflare/Route 53", "Cloudflare or Route 53". */
const EITHER = new RegExp(String.raw`\b(${DNS_PROVIDERS.join("|")})\s*(?:\/|\bor\b|\boder\b|\bou\b|\bo\b)\s*(${DNS_PROVIDERS.join("|")})\b`);

/** Where secrets live and who holds the DNS zone: readings that must be the same everywhere. */
export const stores: Extract = ({ tree, draft }) => {
  const either: { value: string; line: number }[] = [];
  const single = new Map<string, number>();
  tree.lines.forEach((text, i) => {
    if (text.length > 400) return;
    // A row of prices says what a store costs, not what lives in it.
    const plain = normalise(text);
    if (SECRET.test(plain) && !/^\s*\|/.test(text)) {
      for (const [test, value] of STORES)
        if (test.test(plain)) draft.add("readings", { subject: "Secrets", setting: "store", value, from: "text", line: i + 1 }, i + 1);
    }
    if (!DNS.test(plain)) return;
    const open = EITHER.exec(plain);
    if (open !== null) either.push({ value: `${titled(open[1])} or ${titled(open[2])}`, line: i + 1 });
    else for (const [name, test] of PROVIDER_TESTS) if (!single.has(name) && test.test(plain)) single.set(name, i + 1);
  });
  const [open] = either;
  const known = [...single].find(([name]) => open?.value.toLowerCase().includes(name));
  if (open === undefined || known === undefined) return;
  draft.add("readings", { subject: "DNS", setting: "provider", value: titled(known[0]), from: "text", line: known[1] }, known[1]);
  draft.add("readings", { subject: "DNS", setting: "provider", value: open.value, from: "text", line: open.line }, open.line);
};

function titled(name: string | undefined): string {
  return (name ?? "").replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
