import { codeKind } from "../code/kind";
import { readYamlBlock, type YamlEntry } from "../code/yaml";
import type { Draft } from "../draft";
import { normalise, wordTest } from "../lexicon/words";
import type { Code, Line, Table } from "../tree";
import { placeOf } from "./environment";
import { cellText, columnOf } from "./tables";
import type { Extract } from "./types";

const RECORD_TYPES = ["A", "AAAA", "CNAME", "ALIAS", "TXT", "MX", "NS", "SRV"] as const;
type RecordType = (typeof RECORD_TYPES)[number];
const HOST = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z]{2,24}\.?$/i;
/** Endings of files, which look like names of hosts. */
const FILE = /\.(?:ts|tsx|js|mjs|json|ya?ml|toml|sh|md|tf|tfvars|sql|env|py|go|rb|html?|css|conf|txt|zip|gz|log|lock)$/i;
const ARROW = /\s*(?:\u2192|\u27F6|\u21D2|-{1,3}>|=>|\u2500+>?\u2192)\s*/u;
const DNS_WORDS = wordTest(["dns", "records", "cname", "domain*", "nameserver*"]);

/** Ports, DNS records and firewall rules, wherever a configuration, a table or a list gives them. */
export const network: Extract = ({ tree, outline, draft }) => {
  const seen = new Set<string>();
  for (const block of tree.blocks) {
    if (block.type === "table") {
      recordsOfTable(block, draft);
      continue;
    }
    const dns = DNS_WORDS.test(normalise(`${block.label?.text ?? ""} ${block.section.title}`));
    if (block.type === "code") {
      ports(block, draft, seen);
      const inside = dns || block.lines.some((line) => DNS_WORDS.test(normalise(line.text)));
      for (const line of block.lines) {
        firewall(line, draft);
        if (inside && codeKind(block) !== "diagram") arrow(line, draft);
        else if (codeKind(block) === "diagram") route(line, draft);
      }
    } else if (block.type === "list") {
      for (const item of block.items) {
        const spoken = dns || outline.within(block.section).has("cutover") || DNS_WORDS.test(normalise(item.text));
        if (spoken) arrow({ line: item.line, text: item.text }, draft);
      }
    }
  }
};

function isHost(text: string): boolean {
  return HOST.test(text) && !FILE.test(text);
}

/** "example.org → load balancer", with or without the type in front. */
function arrow({ line, text }: Line, draft: Draft): void {
  const parts = text.replace(/^[\s#*-]+/, "").split(ARROW);
  if (parts.length !== 2) return;
  const [left = "", right = ""] = parts;
  const words = left.trim().split(/[\s:]+/);
  const name = words.at(-1) ?? "";
  const type = words.map((word) => word.toUpperCase()).find((word): word is RecordType => (RECORD_TYPES as readonly string[]).includes(word));
  if (!isHost(name) || right.trim() === "") return;
  draft.add("dnsRecords", { name, target: right.trim().slice(0, 253), line, ...(type === undefined ? {} : { type }) }, line);
  draft.claim(line, "network");
}

/** In a drawing: a host name and the service it leads to. */
function route({ line, text }: Line, draft: Draft): void {
  const [left = "", right = ""] = text.replace(/[\u2502\u2503|]/gu, " ").split(ARROW);
  const host = left.trim();
  const to = right.trim();
  if (!isHost(host) || to === "" || to.length > 120) return;
  draft.add("routes", { host, to, line }, line);
  draft.claim(line, "network");
}

function recordsOfTable(table: Table, draft: Draft): void {
  const type = columnOf(table, wordTest(["type", "record", "typ", "tipo"]));
  const name = columnOf(table, wordTest(["name", "host", "hostname", "domain", "record", "nom", "nombre"]));
  const target = columnOf(table, wordTest(["value", "target", "points to", "content", "ziel", "wert", "valeur", "cible", "valor", "destino"]));
  if (name < 0 || target < 0 || name === target) return;
  for (const row of table.rows) {
    const kind = cellText(row, type).toUpperCase();
    const named = (RECORD_TYPES as readonly string[]).includes(kind);
    const host = cellText(row, name);
    const to = cellText(row, target);
    if (to === "" || host === "" || !(named || isHost(host))) continue;
    if (!named && !isHost(to) && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(to)) continue;
    draft.add("dnsRecords", { name: host.slice(0, 253), target: to.slice(0, 253), line: row.line, ...(named ? { type: kind as RecordType } : {}) }, row.line);
    draft.claim(row.line, "network");
  }
}

function firewall({ line, text }: Line, draft: Draft): void {
  const ufw = /^\s*(?:sudo\s+)?ufw\s+(?:(default)\s+)?(allow|deny|limit)\s+(?:in\s+|incoming|outgoing|from\s+(\S+)\s+to\s+any\s+port\s+)?(\d{1,5})?/.exec(text);
  if (ufw === null) return;
  const port = ufw[4] === undefined ? undefined : Number(ufw[4]);
  if ((port === undefined && ufw[1] === undefined) || /outgoing/.test(text)) return;
  draft.add(
    "firewall",
    { action: ufw[2] === "deny" ? "deny" : "allow", line, ...(port === undefined ? {} : { port }), ...(ufw[3] === undefined ? {} : { from: ufw[3] }) },
    line,
  );
  draft.claim(line, "network");
}

function ports(code: Code, draft: Draft, seen: Set<string>): void {
  const kind = codeKind(code);
  const place = placeOf(code);
  const add = (service: string, port: number, line: number) => {
    const identity = `${service} ${port} ${code.line}`;
    if (!Number.isInteger(port) || port < 1 || port > 65_535 || seen.has(identity)) return;
    seen.add(identity);
    draft.add("ports", { service: service.slice(0, 120), port, line }, line);
    draft.claim(line, "network");
  };
  if (kind === "yaml") for (const { entry, service } of portEntries(readYamlBlock(code).entries, place)) add(service, portOf(entry.value), entry.line);
  else if (kind === "toml" || kind === "dockerfile" || kind === "env") {
    for (const { text, line } of code.lines) {
      const match = /^\s*(?:EXPOSE\s+|(?:internal_port|port|PORT|listen)\s*[=:]\s*"?)(\d{2,5})"?\s*(?:\/tcp)?\s*$/.exec(text.replace(/\s+#.*$/, ""));
      if (match !== null) add(place, Number(match[1]), line);
    }
  } else if (kind === "diagram")
    for (const { text, line } of code.lines) for (const match of text.matchAll(/\b[Pp]ort\s+(\d{2,5})\b/g)) add(place, Number(match[1]), line);
}

/** `ports: ["8080:80"]`, `port: 6379`; the service is the key above. */
function portEntries(entries: readonly YamlEntry[], place: string): { entry: YamlEntry; service: string }[] {
  return entries.flatMap((entry) => {
    const at = entry.path.findIndex((part) => part === "ports" || part === "port" || part === "published");
    if (at < 0) return [];
    const service = entry.path[at - 1];
    return [{ entry, service: service === undefined || /^\d+$/.test(service) ? place : service }];
  });
}

/** The published port of "127.0.0.1:8080:80/tcp". */
function portOf(value: YamlEntry["value"]): number {
  if (typeof value === "number") return value;
  const parts = String(value ?? "")
    .replace(/\/(?:tcp|udp)$/, "")
    .split(":");
  return Number(parts.length > 1 ? parts.at(-2) : parts[0]);
}
