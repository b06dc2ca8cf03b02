import { checkPlan } from "@/lib/plan/checks/check-plan";
import type { Finding } from "@/lib/plan/checks/types";
import { readDocument } from "../read-document";

/** Errors and warnings of a document, without remarks. */
export function slipsIn(text: string): Finding[] {
  const { plan, locate } = readDocument(text);
  return checkPlan(plan, locate).filter((finding) => finding.level !== "info");
}

/** Codes of what is found on a line that holds a text; the text stands on one line only. */
export function slipsAt(text: string, part: string): string[] {
  const line = text.split("\n").findIndex((one) => one.includes(part)) + 1;
  return slipsIn(text)
    .filter((finding) => finding.lines.includes(line))
    .map((finding) => finding.code);
}
