import { boxesOf } from "../code/boxes";
import { codeKind } from "../code/kind";
import { readYamlBlock } from "../code/yaml";
import type { Draft } from "../draft";
import { normalise } from "../lexicon/words";
import { titlesAbove } from "../texts";
import type { Code, DocumentTree } from "../tree";
import type { Extract } from "./types";

interface Reading {
  subject: string;
  setting: string;
  value: string | number;
  max?: number;
  unit?: string;
  from: "diagram" | "configuration" | "command";
  place?: string;
  line: number;
}

/** Jobs of which a system has one; a box must say nothing else on the line. */
const JOBS: readonly [RegExp, string][] = [
  [/^(?:job|task|background|message)?[ -]?(?:queues?|queueing)$/, "job-queue"],
  [/^(?:auth|authentication|auth\/sso|sso|login)$/, "authentication"],
  [/^(?:e-?mail|mail) (?:delivery|sending)$/, "mail-delivery"],
];

/** Words of a title that name no component. */
const COMMON = new Set([
  "configuration",
  "config",
  "settings",
  "deployment",
  "deploy",
  "setup",
  "service",
  "services",
  "server",
  "servers",
  "production",
  "staging",
  "the",
  "and",
  "our",
  "new",
  "old",
  "app",
  "application",
  "layer",
  "database",
  "cache",
  "storage",
  "monitoring",
  "infrastructure",
  "architecture",
  "current",
  "target",
  "container",
  "containers",
  "konfiguration",
  "dienst",
  "anwendung",
  "serveur",
  "servicio",
  "aplicacion",
]);
/** Images that several services of one plan may well use in different versions. */
const SHARED_IMAGES = new Set([
  "postgres",
  "postgresql",
  "mysql",
  "mariadb",
  "redis",
  "valkey",
  "mongo",
  "node",
  "python",
  "alpine",
  "ubuntu",
  "debian",
  "golang",
  "openjdk",
  "ruby",
  "php",
  "nginx",
  "busybox",
  "rabbitmq",
  "memcached",
]);
const SIZE = /^"?(\d+(?:\.\d+)?)\s*(m|mb|mib|mi|g|gb|gib|gi)?"?$/i;

/** The same setting wherever it stands: drawn in a box, set in a configuration, used in a command. */
export const readings: Extract = ({ tree, draft }) => {
  const drawn = drawings(tree);
  const add = (reading: Reading) => draft.add("readings", reading, reading.line);
  for (const reading of drawn) add(reading);
  const subjects = [...new Set(drawn.map(({ subject }) => subject))];
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    const kind = codeKind(block);
    if (kind === "yaml") fromYaml(block, subjects, add);
    else if (kind === "toml" || kind === "hcl") fromSections(block, subjects, add);
    else if (kind === "shell") fromCommands(block, add);
    for (const { text, line } of block.lines) {
      const metrics = /https?:\/\/(?:localhost|127\.0\.0\.1):(\d{2,5})\/metrics\b/.exec(text);
      if (metrics !== null) add({ subject: "metrics", setting: "port", value: Number(metrics[1]), from: "command", line });
      for (const match of text.matchAll(/s3:\/\/([\w.-]{3,63})\/([\w-]{3,80})(?=[/"'\s]|$)/g))
        add({ subject: match[2] ?? "", setting: "bucket", value: match[1] ?? "", from: "command", line });
    }
  }
  hostsOfMonitors(draft, add);
};

function drawings(tree: DocumentTree): Reading[] {
  return tree.blocks.flatMap((block): Reading[] => {
    if (block.type !== "code" || codeKind(block) !== "diagram") return [];
    return boxesOf(block).flatMap((box): Reading[] => {
      const subject = box.title.slice(0, 120);
      return box.lines.flatMap(({ text, line }): Reading[] => {
        const found: Reading[] = [];
        for (const match of text.matchAll(/\bport[ :]+(\d{2,5})\b/gi)) found.push({ subject, setting: "port", value: Number(match[1]), from: "diagram", line });
        const memory = /(\d+(?:\.\d+)?)\s*(MB|GB)\s+(?:of\s+)?(?:RAM|memory)\b|\b(?:RAM|memory)[: ]+(\d+(?:\.\d+)?)\s*(MB|GB)\b/i.exec(text);
        if (memory !== null)
          found.push({
            subject,
            setting: "memory",
            value: megabytes(Number(memory[1] ?? memory[3]), memory[2] ?? memory[4] ?? ""),
            unit: "MB",
            from: "diagram",
            line,
          });
        const count = /\b(?:auto-?scal\w*|instances|replicas|vms|nodes)\b[: ]+(\d{1,3})\s*[-–]\s*(\d{1,3})\b/i.exec(text);
        if (count !== null) found.push({ subject, setting: "instances", value: Number(count[1]), max: Number(count[2]), from: "diagram", line });
        const job = JOBS.find(([test]) => test.test(normalise(text)))?.[1];
        if (job !== undefined) found.push({ subject, setting: "does", value: job, from: "diagram", place: `drawing ${block.line}`, line });
        return found;
      });
    });
  });
}

function megabytes(size: number, unit: string): number {
  return /^g/i.test(unit) ? size * 1024 : size;
}

/** The drawn component a title speaks of: it shares the word that names it. */
function subjectOf(titles: readonly string[], subjects: readonly string[]): string | null {
  for (const title of titles) {
    const words = new Set(nameWords(title));
    const named = subjects.filter((subject) => {
      const [first] = nameWords(subject);
      return first !== undefined && words.has(first);
    });
    if (named.length === 1) return named[0] ?? null;
    if (named.length > 1) return null;
  }
  return null;
}

function nameWords(title: string): string[] {
  return normalise(title)
    .split(/[^\p{L}\p{N}.]+/u)
    .map((word) => word.replace(/^\.+|\.+$/g, ""))
    .filter((word) => word.length > 2 && !COMMON.has(word) && !/^\d/.test(word));
}

function fromYaml(code: Code, subjects: readonly string[], add: (reading: Reading) => void): void {
  const [title = ""] = titlesAbove(code.section);
  for (const { path, value, line } of readYamlBlock(code).entries) {
    const name = path.at(-1) ?? "";
    const service = path.includes("services") ? path[path.indexOf("services") + 1] : undefined;
    if (name === "image" && typeof value === "string") {
      const [image = "", tag] = value.split(/:(?=[^/:]*$)/);
      const short = image.split("/").at(-1) ?? "";
      const mine = normalise(`${service ?? ""} ${title}`)
        .replace(/[^a-z0-9]/g, "")
        .includes(short.replace(/[^a-z0-9]/gi, "").toLowerCase());
      if (tag !== undefined && !SHARED_IMAGES.has(short) && mine) add({ subject: short, setting: "image", value: tag, from: "configuration", line });
    }
    if (path.length === 1 && name === "port" && typeof value === "number")
      add({ subject: subjectOf([title], subjects) ?? title, setting: "port", value, from: "configuration", line });
    // Drawn with two ports, listed with two: each counts.
    if (path.length === 2 && path[0] === "ports" && /^\d+$/.test(name)) {
      const port = Number(String(value).split(":").at(-2) ?? value);
      if (port > 0) add({ subject: subjectOf([title], subjects) ?? title, setting: "port", value: port, from: "configuration", line });
    }
  }
}

/** TOML and HCL: size and number of instances, and the port of metrics. */
function fromSections(code: Code, subjects: readonly string[], add: (reading: Reading) => void): void {
  const subject = subjectOf(titlesAbove(code.section), subjects);
  let section = "";
  for (const { text, line } of code.lines) {
    section = /^\s*\[+\s*"?([\w.-]+)"?\s*\]+/.exec(text)?.[1]?.toLowerCase() ?? section;
    const [, key = "", raw = ""] = /^\s*([A-Za-z_]+)\s*=\s*([^#]{1,60})/.exec(text) ?? [];
    const value = raw.trim();
    if (section === "metrics" && key === "port" && /^\d+$/.test(value))
      add({ subject: "metrics", setting: "port", value: Number(value), from: "configuration", line });
    if (subject === null || section === "build") continue;
    const size = SIZE.exec(value);
    if (/^(memory|memory_mb|mem_limit)$/.test(key) && size !== null)
      add({ subject, setting: "memory", value: megabytes(Number(size[1]), size[2] ?? ""), unit: "MB", from: "configuration", line });
    if (/^(count|replicas|desired_count|instances)$/.test(key) && /^\d{1,3}$/.test(value))
      add({ subject, setting: "instances", value: Number(value), from: "configuration", line });
  }
}

/** The account that client commands use on a host: fixed in one place, a variable in another. */
function fromCommands(code: Code, add: (reading: Reading) => void): void {
  for (const { text, line } of code.lines) {
    if (!/\b(?:psql|pg_dump|pg_restore|mysql|mysqldump|mongosh|mongodump)\b/.test(text)) continue;
    const host = /(?:\s-h\s+|--host[= ])(\S+)/.exec(text)?.[1];
    const user = /(?:\s-U\s+|\s-u\s+|--user(?:name)?[= ])(\S+)/.exec(text)?.[1];
    if (host === undefined || user === undefined) continue;
    const subject = host
      .replace(/[^\p{L}\p{N}.]+/gu, " ")
      .trim()
      .toLowerCase();
    if (subject !== "") add({ subject, setting: "user", value: user.replace(/["']/g, "").slice(0, 100), from: "command", line });
  }
}

/** A monitor of the same name that asks another host. */
function hostsOfMonitors(draft: Draft, add: (reading: Reading) => void): void {
  for (const monitor of draft.plan.monitors) {
    const host = /^https?:\/\/([^/:]+)/.exec(monitor.target)?.[1];
    const line = Array.isArray(monitor.line) ? monitor.line[0] : monitor.line;
    if (host?.includes(".") && line !== undefined)
      add({ subject: monitor.name.slice(0, 120), setting: "host", value: host.slice(0, 200), from: "configuration", line });
  }
}
