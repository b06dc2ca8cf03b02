import { parseDuration } from "@/lib/core/duration";
import { InvalidInputError, type Issue } from "@/lib/core/errors";
import { asList, asObject, asText, type Json, parseJsonText } from "@/lib/inventory/sources/json-text";
import { isSecretText, oneLine } from "@/lib/inventory/sources/secret-text";
import { parseSourceYaml } from "@/lib/inventory/sources/yaml-text";

/** An alerting rule of a Prometheus rule file. */
export interface FoundRule {
  /** `group/alert`, with the severity and a number where several share these. Identity inside the source. */
  address: string;
  name: string;
  /** PromQL as written. */
  expr: string;
  /** How long the condition must hold, in milliseconds. */
  holdMs: number;
  severity: string;
  /** Summary and description, one per line; templates as written. */
  text: string;
  /** Where the runbook is. */
  action: string;
}

export interface ReadRules {
  rules: FoundRule[];
  /** Recording rules by name: read by Prometheus, not imported. */
  recording: string[];
  notes: string[];
}

const MAX_RULES = 5_000;
const MAX_EXPR = 20_000;
const WANTED = 'A rule file is YAML that begins with "groups:", each with a name and rules.';

/**
 * A Prometheus rule file (also a PrometheusRule of Kubernetes, and the files of Mimir and Thanos) to alert rules.
 * Recording rules are named, not imported. Pure.
 * @throws InvalidInputError with one issue per damaged rule: a file that Prometheus would refuse is refused whole.
 */
export function readRules(text: string): ReadRules {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  const document = asObject(start.startsWith("{") ? parseJsonText(start) : parseSourceYaml(text));
  if (document === null) throw new InvalidInputError(`This is no rule file. ${WANTED}`);
  const groups = groupsOf(document);
  const issues: Issue[] = [];
  const found: ReadRules = { rules: [], recording: [], notes: [] };
  const used = new Map<string, number>();
  for (const [g, entry] of groups.entries()) {
    const group = asObject(entry);
    const name = oneLine(asText(group?.name) ?? "", 120);
    if (group === null || name === "") {
      issues.push({ path: `groups[${g}]`, message: "the group has no name" });
      continue;
    }
    for (const [r, rule] of asList(group.rules).entries()) readRule(asObject(rule), name, `groups[${g}].rules[${r}]`, found, issues, used);
  }
  if (issues.length > 0) {
    throw new InvalidInputError(
      `${issues.length === 1 ? "One place of the rule file is" : `${issues.length} places of the rule file are`} not valid. Nothing was imported.`,
      issues.slice(0, 50),
    );
  }
  const count = found.rules.length + found.recording.length;
  if (count === 0) throw new InvalidInputError(`The rule file has no rules: there is nothing to import. ${WANTED}`);
  if (count > MAX_RULES)
    throw new InvalidInputError(`The file has ${count.toLocaleString("en-US")} rules; at most ${MAX_RULES.toLocaleString("en-US")} are read. Split it.`);
  if (found.recording.length > 0) found.notes.push(`${found.recording.length} recording rules stay in Prometheus and are not imported.`);
  return found;
}

function groupsOf(document: Json): unknown[] {
  const groups = document.groups ?? asObject(document.spec)?.groups;
  if (Array.isArray(groups)) return groups;
  if (asObject(document.services) !== null)
    throw new InvalidInputError("This is a Compose file: import it on the inventory page, or with: switchyard inventory FILE --project SLUG --stack KEY");
  throw new InvalidInputError(`This is no rule file: it has no list of groups. ${WANTED}`);
}

function readRule(rule: Json | null, group: string, path: string, found: ReadRules, issues: Issue[], used: Map<string, number>): void {
  if (rule === null) {
    issues.push({ path, message: "this is no rule" });
    return;
  }
  const record = oneLine(asText(rule.record) ?? "", 120);
  const name = oneLine(asText(rule.alert) ?? "", 120);
  const expr = exprOf(rule.expr);
  if (expr === null)
    issues.push({ path: `${path}.expr`, message: `expr is missing, not a text, or longer than ${MAX_EXPR.toLocaleString("en-US")} characters` });
  else if (record !== "") found.recording.push(record);
  else if (name === "") issues.push({ path, message: "the rule has neither alert nor record" });
  else {
    const holdMs = holdOf(rule.for);
    if (holdMs === null) issues.push({ path: `${path}.for`, message: "for is no duration: write for example 30s, 5m or 1h30m" });
    else found.rules.push({ name, expr, holdMs, ...wordsOf(rule), address: addressOf(group, name, severityOf(rule), used) });
  }
}

function exprOf(expr: unknown): string | null {
  const text = typeof expr === "number" ? String(expr) : asText(expr);
  if (text === null || text.length > MAX_EXPR || /[\0\p{Surrogate}]/u.test(text)) return null;
  return text.trim() === "" ? null : text.trim();
}

/** Prometheus also knows years of 365 days. */
function holdOf(value: unknown): number | null {
  if (value === undefined || value === null || value === 0) return 0;
  const years = typeof value === "string" ? /^(\d{1,3})y(.{0,40})$/.exec(value.trim()) : null;
  try {
    const rest = years === null ? String(value).trim() : (years[2] ?? "");
    const ms = Number(years?.[1] ?? 0) * 31_536_000_000 + (rest === "" ? 0 : parseDuration(rest));
    return (years === null && rest === "") || !Number.isSafeInteger(ms) ? null : ms;
  } catch {
    return null;
  }
}

const severityOf = (rule: Json) => oneLine(asText(asObject(rule.labels)?.severity) ?? "", 40);

function wordsOf(rule: Json): Pick<FoundRule, "severity" | "text" | "action"> {
  const annotations = asObject(rule.annotations) ?? {};
  const words = (name: string) => oneLine(asText(annotations[name]) ?? "", 1_000);
  const runbook = words("runbook_url");
  const summary = words("summary") || words("message");
  return {
    severity: severityOf(rule),
    text: [summary, words("description")].filter((line) => line !== "").join("\n"),
    action: /^https?:\/\/\S+$/.test(runbook) && !isSecretText(runbook) ? `Runbook: ${runbook}` : "",
  };
}

/** The same alert stands in a group several times, for example once per severity. */
function addressOf(group: string, name: string, severity: string, used: Map<string, number>): string {
  const base = `${group}/${name}${severity === "" ? "" : `/${severity}`}`;
  const count = (used.get(base) ?? 0) + 1;
  used.set(base, count);
  return count === 1 ? base : `${base}#${count}`;
}
