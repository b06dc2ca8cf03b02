import type { Code } from "../tree";
import type { Extract } from "./types";

const SAVES: readonly [RegExp, string][] = [
  [/\bpg_dump(?:all)?\b|\bpg_basebackup\b|\bwal-g\b|\bpgbackrest\b/, "PostgreSQL"],
  [/\b(?:mysqldump|mariadb-dump|xtrabackup)\b/, "MySQL"],
  [/\bmongodump\b/, "MongoDB"],
  [/\bredis-cli\b.*\b(?:bgsave|save|--rdb)\b/i, "Redis"],
  [/\bmc\s+(?:mirror|cp)\b/, "MinIO"],
  [/\b(?:restic|borg|rsync|tar)\b/, "files"],
];
const UPLOAD =
  /\b(?:aws\s+s3\s+(?:cp|sync|mv)|s3cmd\s+put|gsutil\s+(?:cp|rsync)|az\s+storage|rclone\s+(?:copy|sync)|b2\s+(?:upload|sync)|scp\s|rsync\s+\S.*\S:\S)/;
const RETENTION = /\b(?:RETENTION\w*|KEEP\w*)\s*=\s*["']?(\d{1,4})\b|-mtime\s+\+(\d{1,4})\b|--keep-daily[= ](\d{1,4})\b/;

/** Made by the provider, without a job of one's own. */
const MANAGED = /\b(?:automat\w*|managed|provider|continuous|built-in|pitr|point-in-time|rds|aurora|verwaltet|gere|gestionad\w*)\b/i;

/** A place that is lost with what it protects. */
const SAME_HOST =
  /^\s*local\b|\bsame (?:host|server|vps|machine|box|disk)\b|^lokal|\b(?:dem|im|vom)selben (?:server|host|rechner)\b|\bgleichen (?:server|host|rechner)\b|^locale?s?\b|\bmismo (?:servidor|equipo)\b|(?:^|\s)m[eê]me (?:serveur|machine|h[oô]te)\b/i;

/** What a scheduled script really does: what it saves, where it puts it, how long it keeps it. */
export const jobContext: Extract = ({ tree, draft }) => {
  const scripts = tree.blocks.filter((block): block is Code => block.type === "code");
  for (const job of draft.plan.jobs) {
    const { script } = job;
    if (script === undefined) continue;
    const name = script.split("/").at(-1) ?? script;
    const code = scripts.find((block) => block.lines.length > 3 && isScript(block, script, name));
    if (code === undefined) continue;
    const text = code.lines.map((line) => line.text).join("\n");
    const saves = SAVES.find(([test]) => test.test(text))?.[1];
    if (saves !== undefined) job.saves = saves;
    const uploads = UPLOAD.test(text);
    const match = RETENTION.exec(text);
    const days = match?.[1] ?? match?.[2] ?? match?.[3];
    if (saves !== undefined) job.keeps = uploads ? "remote" : "local";
    if (days !== undefined) job.retention = `${Number(days)}d`;
    const lines = code.lines.filter(({ text: one }) => RETENTION.test(one) || UPLOAD.test(one)).map(({ line }) => line);
    const own = Array.isArray(job.line) ? job.line[0] : job.line;
    if (own !== undefined && lines.length > 0) job.lines = [own, ...lines].slice(0, 10);
  }
  for (const backup of draft.plan.backups) {
    if (MANAGED.test(`${backup.what} ${backup.frequency ?? ""} ${backup.storage ?? ""}`)) backup.managed = true;
    if (backup.storage === undefined) continue;
    backup.sameHost = SAME_HOST.test(backup.storage);
  }
};

/** The block that is the script: its first lines or its label name the file. */
function isScript(block: Code, script: string, name: string): boolean {
  if (block.label?.text.includes(name) === true) return true;
  if (block.lines.slice(0, 4).some(({ text }) => text.includes(script) && /^\s*(?:#|cat\s)/.test(text))) return true;
  return block.section.title.includes(name);
}
