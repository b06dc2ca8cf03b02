import { boxesOf } from "../code/boxes";
import { codeKind } from "../code/kind";
import { readYamlBlock } from "../code/yaml";
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
  "web",
  "api",
  "main",
  "primary",
  "user",
  "users",
  "client",
  "clients",
  "load",
  "node",
  "worker",
  "docker",
  "cloud",
  "host",
  "virtual",
  "public",
  "private",
  "internal",
  "external",
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
  }
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
  const subject = subjectOf([title], subjects) ?? title;
  for (const { path, value, line } of readYamlBlock(code).entries) {
    const name = path.at(-1) ?? "";
    const service = path.includes("services") ? path[path.indexOf("services") + 1] : undefined;
    const image = name === "image" && typeof value === "string" ? imageOf(value, `${service ?? ""} ${title}`) : null;
    if (image !== null) add({ subject: image.name, setting: "image", value: image.tag, from: "configuration", line });
    if (subject === "") continue;
    // Outside and inside of a mapping are both its ports: a drawing may show either.
    const listed = path.length === 2 && path[0] === "ports" && /^\d+$/.test(name);
    const ports = path.length === 1 && name === "port" ? [value] : listed ? (String(value).split("/")[0]?.split(":") ?? []) : [];
    for (const port of ports.map(Number))
      if (Number.isInteger(port) && port > 0 && port < 65_536) add({ subject, setting: "port", value: port, from: "configuration", line });
  }
}

/** Name and tag of an image that is the component the place is about. */
function imageOf(text: string, place: string): { name: string; tag: string } | null {
  const [image = "", tag] = text.split(/:(?=[^/:]*$)/);
  const name = image.split("/").at(-1) ?? "";
  const plain = (words: string) => normalise(words).replace(/[^a-z0-9]/g, "");
  return tag === undefined || tag === "" || name === "" || SHARED_IMAGES.has(name) || !plain(place).includes(plain(name)) ? null : { name, tag };
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
