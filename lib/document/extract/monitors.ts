import { codeKind } from "../code/kind";
import { readYamlBlock, type YamlObject } from "../code/yaml";
import type { Draft } from "../draft";
import { findDurations } from "../grammar/duration";
import { normalise, wordTest } from "../lexicon/words";
import type { Code, Table } from "../tree";
import { cellText, columnOf } from "./tables";
import type { Extract } from "./types";

type MonitorType = "http" | "tcp" | "dns" | "heartbeat" | "metrics" | "errors" | "billing" | "status-page";

const NAME = wordTest(["monitor*", "check*", "name", "service", "component", "dienst", "prufung", "nom", "nombre", "servicio"]);
const TARGET = wordTest(["url", "url/host", "host", "target", "endpoint", "address", "adresse", "ziel", "cible", "destino", "url host"]);
const INTERVAL = wordTest(["interval*", "frequency", "every", "frequenz", "intervall", "frequence", "frecuencia", "intervalo"]);
const TYPE = wordTest(["type", "kind", "protocol", "typ", "art", "tipo", "protokoll"]);
const TOOL_TYPES: readonly [RegExp, MonitorType][] = [
  [/\b(?:error tracking|exceptions?|sentry|bugsnag|rollbar|glitchtip)\b/, "errors"],
  [/\b(?:billing|cost anomaly|budget alert)/, "billing"],
  [/\bstatus page\b/, "status-page"],
  [/\b(?:dashboards?|metrics?|insights|analytics|prometheus|grafana)\b/, "metrics"],
  [/\b(?:uptime|health|ping|http)/, "http"],
];

/** Checks that are declared: monitor tables, exported configuration, scrape targets, bullets under a heading of monitoring. */
export const monitors: Extract = ({ tree, outline, draft }) => {
  const seen = new Set<string>();
  for (const block of tree.blocks) {
    if (block.type === "table") fromTable(block, draft, seen);
    else if (block.type === "code" && codeKind(block) === "yaml") fromYaml(block, draft, seen);
    else if (block.type === "code" && codeKind(block) === "toml") fromToml(block, draft, seen);
    else if (block.type === "list" && (outline.own(block.section).has("monitor") || outline.label(block).has("monitor")) && !outline.under(block, "alert")) {
      for (const item of block.items) {
        const [name, ...rest] = item.text.split(/:\s+/);
        const type = TOOL_TYPES.find(([test]) => test.test(normalise(item.text)))?.[1];
        if (type === undefined || name === undefined || name.length > 60 || rest.length === 0) continue;
        add(draft, seen, { name, type, target: rest.join(": ").slice(0, 500), line: item.line }, item.text);
      }
    }
  }
};

interface FoundMonitor {
  name: string;
  type: MonitorType;
  target: string;
  line: number;
  interval?: string | undefined;
  expectStatus?: number | undefined;
  retries?: number | undefined;
  timeout?: string | undefined;
}

function add(draft: Draft, seen: Set<string>, found: FoundMonitor, text = ""): void {
  const identity = `${found.name}\n${found.target}`;
  if (found.name === "" || found.target === "" || seen.has(identity)) return;
  seen.add(identity);
  const { interval, expectStatus, retries, timeout, ...rest } = found;
  const extra = {
    ...(interval === undefined ? {} : { interval }),
    ...(expectStatus === undefined ? {} : { expectStatus }),
    ...(retries === undefined ? {} : { retries }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  draft.add(
    "monitors",
    { key: draft.key("monitors", found.name), ...rest, name: rest.name.slice(0, 200), target: rest.target.slice(0, 500), ...extra },
    found.line,
  );
  draft.claim(found.line, "monitors", 0, text === "" ? undefined : text.length);
}

function fromTable(table: Table, draft: Draft, seen: Set<string>): void {
  const target = columnOf(table, TARGET);
  const interval = columnOf(table, INTERVAL);
  const type = columnOf(table, TYPE);
  if (target < 0 || (interval < 0 && type < 0)) return;
  const named = columnOf(table, NAME);
  for (const row of table.rows) {
    const address = cellText(row, target);
    if (!ADDRESS.test(address)) continue;
    const every = findDurations(cellText(row, interval))[0]?.duration;
    add(draft, seen, {
      name: cellText(row, Math.max(named, 0)) || address,
      type: typeOf(cellText(row, type), address),
      target: address,
      interval: every,
      line: row.line,
    });
  }
}

const ADDRESS = /^(?:[a-z]+:\/\/\S+|[\w.-]+(?::\d+)?(?:\/\S*)?)$/i;

function typeOf(words: string, address: string): MonitorType {
  const plain = normalise(words);
  if (/\b(tcp|port)\b/.test(plain)) return "tcp";
  if (/\bdns\b/.test(plain)) return "dns";
  if (/\b(heartbeat|push|cron)\b/.test(plain)) return "heartbeat";
  if (/\b(metric|prometheus|scrape)/.test(plain)) return "metrics";
  return /^https?:|\//.test(address) || /http|web/.test(plain) ? "http" : "tcp";
}

/** Objects with an address in a list of checks, sites or scrape jobs. */
function fromYaml(code: Code, draft: Draft, seen: Set<string>): void {
  const { objects, entries } = readYamlBlock(code);
  for (const object of objects) {
    const list = object.path.find((part) => /^(monitors?|sites|checks|http_checks|endpoints|probes)$/.test(part));
    if (list !== undefined) fromObject(object, draft, seen);
    const job = object.fields.get("job_name");
    if (job !== undefined) {
      const inside = entries.filter((entry) => object.path.every((part, i) => entry.path[i] === part) && entry.path.includes("targets"));
      const target = inside[0];
      const scrape = entries.find((entry) => entry.path.at(-1) === "scrape_interval");
      if (target !== undefined)
        add(draft, seen, {
          name: `Scrape of ${String(job.value)}`,
          type: "metrics",
          target: String(target.value),
          interval: durationOf(scrape?.value),
          line: job.line,
        });
    }
  }
}

function fromObject({ fields, line }: YamlObject, draft: Draft, seen: Set<string>): void {
  const text = (...names: string[]) => names.map((name) => fields.get(name)?.value).find((value) => value !== undefined && value !== null);
  const target = text("url", "hostname", "host", "target", "address", "path");
  const name = text("name", "title", "id") ?? target;
  if (target === undefined || name === undefined) return;
  const port = text("port");
  const address = port === undefined || String(target).includes(":") ? String(target) : `${String(target)}:${String(port)}`;
  const retries = Number(text("maxretries", "retries") ?? Number.NaN);
  add(draft, seen, {
    name: String(name),
    type: typeOf(String(text("type") ?? ""), address),
    target: address,
    interval: durationOf(text("interval", "every")),
    retries: Number.isInteger(retries) && retries >= 0 ? retries : undefined,
    line,
  });
}

/** "30s", "5m" or seconds. */
function durationOf(value: string | number | boolean | null | undefined): string | undefined {
  if (typeof value === "number" && value > 0 && value < 1e7) return `${value}s`;
  if (typeof value !== "string") return undefined;
  return /^\d+$/.test(value) ? durationOf(Number(value)) : findDurations(value)[0]?.duration;
}

/** Health checks of a service file: a table of checks, or checks written in one line. */
function fromToml(code: Code, draft: Draft, seen: Set<string>): void {
  let section = "";
  let at = 0;
  let fields = new Map<string, string>();
  const flush = () => {
    const path = fields.get("path");
    const type = /tcp/.test(section) ? "tcp" : "http";
    if (/check/.test(section) && (path !== undefined || type === "tcp") && fields.size > 0) {
      const name = `${type === "tcp" ? "TCP" : "HTTP"} check ${path ?? `port ${fields.get("port") ?? ""}`}`.trim();
      add(draft, seen, {
        name,
        type,
        target: path ?? `port ${fields.get("port") ?? "of the service"}`,
        interval: durationOf(fields.get("interval")),
        timeout: durationOf(fields.get("timeout")),
        line: at,
      });
    }
    fields = new Map();
  };
  for (const { text, line } of code.lines) {
    const header = /^\s*\[{1,2}([\w.-]+)\]{1,2}/.exec(text);
    if (header !== null) {
      flush();
      section = header[1] ?? "";
      at = line;
    }
    for (const match of text.matchAll(/\b([a-z_]+)\s*=\s*(?:"([^"]{0,300})"|(\d+))/g)) fields.set(match[1] ?? "", match[2] ?? match[3] ?? "");
    if (/\bhttp_checks?\s*=\s*\[?\{/.test(text)) {
      section = "http_checks";
      at = line;
      flush();
    }
  }
  flush();
}
