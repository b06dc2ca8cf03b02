import { isDuration } from "@/lib/core/duration";
import { readYamlBlock, type YamlObject } from "../code/yaml";
import type { Draft, Entry } from "../draft";
import { CRITICAL } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import type { Extract } from "./types";

/** The last comparison of an expression with a number: all in front of it is what is measured. */
const LIMIT = /^([\s\S]{1,3900}?)\s*(>=|<=|==|>|<)\s*(?:bool\s+)?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i;

/** Alerting rules in Prometheus' form that stand in a block of the document. */
export const alertFiles: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "code" || !/^(?:ya?ml)?$/.test(block.language) || !block.lines.some((line) => /^\s*-?\s*alert\s*:/.test(line.text))) continue;
    const { objects } = readYamlBlock(block);
    for (const object of objects) addRule(draft, object, objects);
  }
};

function addRule(draft: Draft, { path, line, fields }: YamlObject, objects: readonly YamlObject[]): void {
  const name = fields.get("alert");
  const expr = fields.get("expr");
  const limit = LIMIT.exec(String(expr?.value ?? "").trim());
  const [, measured, op, value] = limit ?? [];
  if (typeof name?.value !== "string" || expr === undefined || measured === undefined || value === undefined) return;
  const beside = (field: string, what: string) => objects.find((one) => one.path.join(".") === [...path, field].join("."))?.fields.get(what)?.value;
  const severity = normalise(String(beside("labels", "severity") ?? ""));
  const level = { op: op === "==" ? ("is" as const) : (op as ">" | ">=" | "<" | "<="), value: Number(value), line: expr.line };
  const hold = String(fields.get("for")?.value ?? "");
  const summary = beside("annotations", "summary") ?? beside("annotations", "description");
  const rule: Entry<"alertRules"> = {
    key: draft.key("alertRules", name.value, "alert"),
    name: name.value.slice(0, 200),
    expr: measured,
    ...(CRITICAL.test(severity) ? { critical: level } : { warning: level }),
    ...(isDuration(hold) && hold !== "" ? { for: hold } : {}),
    ...(typeof summary === "string" && summary !== "" ? { action: summary.slice(0, 500) } : {}),
    line,
  };
  draft.add("alertRules", rule, line);
  for (const at of [line, expr.line]) draft.claim(at, "alerts");
}
