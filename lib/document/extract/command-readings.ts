import { isVariantOf, registeredName } from "@/lib/plan/checks/host-names";
import { codeKind } from "../code/kind";
import type { Draft } from "../draft";
import type { Code } from "../tree";
import type { Extract } from "./types";

/** Names that are meant to differ: one per environment or side. */
const SIDES = /prod|stag|test|dev|qa|demo|old|new|source|target|legacy|primary|secondary|replica/i;

/** Settings that commands and addresses give: accounts, buckets, ports, hosts. The same one must be the same everywhere. */
export const commandReadings: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    if (codeKind(block) === "shell") accounts(block, draft);
    for (const { text, line } of block.lines) {
      const metrics = /https?:\/\/(?:localhost|127\.0\.0\.1):(\d{2,5})\/metrics\b/.exec(text);
      if (metrics !== null) draft.add("readings", { subject: "metrics", setting: "port", value: Number(metrics[1]), from: "command", line }, line);
      const buckets = [...text.matchAll(/s3:\/\/([\w.-]{3,63})\/([\w-]{3,80})(?=[/"'\s]|$)/g)];
      // A copy from one bucket to another names two on purpose.
      if (new Set(buckets.map((match) => match[1])).size !== 1) continue;
      const [, bucket = "", folder = ""] = buckets[0] ?? [];
      if (!SIDES.test(bucket)) draft.add("readings", { subject: folder, setting: "bucket", value: bucket, from: "command", line }, line);
    }
  }
  hostsOfMonitors(draft);
};

/** The account that client commands use on a database: fixed in one place, a variable in another. */
function accounts(code: Code, draft: Draft): void {
  for (const { text, line } of code.lines) {
    if (!/\b(?:psql|pg_dump|pg_restore|mysql|mysqldump|mongosh|mongodump)\b/.test(text)) continue;
    const host = /(?:\s-h\s+|--host[= ])(\S+)/.exec(text)?.[1];
    const user = /(?:\s-[Uu]\s+|--user(?:name)?[= ])(\S+)/.exec(text)?.[1]?.replace(/["']/g, "");
    const database = /\s-d\s+(\S+)|\s-[Uu]\s+\S+\s+([\w-]+)(?=\s|$)/.exec(text);
    const subject = `${host ?? ""} ${database?.[1] ?? database?.[2] ?? ""}`
      .replace(/[^\p{L}\p{N}.]+/gu, " ")
      .trim()
      .toLowerCase();
    if (host === undefined || user === undefined || subject === "") continue;
    // Two accounts by name are two accounts; a name here and a variable there may be one.
    const fixed = !user.startsWith("$");
    const others = draft.plan.readings.filter((reading) => reading.setting === "user" && reading.subject === subject);
    const known = others.some((reading) => String(reading.value).startsWith("$") !== !fixed);
    if (fixed && others.length > 0 && !known && !others.some((reading) => reading.value === user)) continue;
    draft.add("readings", { subject: subject.slice(0, 120), setting: "user", value: user.slice(0, 100), from: "command", line }, line);
  }
}

/** A monitor of the same name that asks the same host under a variant of its domain. */
function hostsOfMonitors(draft: Draft): void {
  const first = new Map<string, string>();
  for (const monitor of draft.plan.monitors) {
    const host = /^https?:\/\/([^/:]+)/.exec(monitor.target)?.[1]?.toLowerCase();
    const line = Array.isArray(monitor.line) ? monitor.line[0] : monitor.line;
    if (host === undefined || !host.includes(".") || line === undefined) continue;
    const before = first.get(monitor.name) ?? host;
    first.set(monitor.name, before);
    if (before !== host && (before.split(".")[0] !== host.split(".")[0] || !isVariantOf(registeredName(before), registeredName(host)))) continue;
    draft.add("readings", { subject: monitor.name.slice(0, 120), setting: "host", value: host.slice(0, 200), from: "configuration", line }, line);
  }
}
