import { InvalidInputError } from "@/lib/core/errors";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { type CheckReport, checkReport } from "./check-report";
import { refuseMarkdown } from "./looks-like-markdown";
import { issuesWithLines } from "./read-input";
import { readYamlPlan } from "./read-yaml";

/**
 * Everything that was understood of a plan, with findings; nothing is written.
 * @throws InvalidInputError naming each line that could not be read.
 */
export async function checkSource(ctx: Ctx, input: { source: string; markdown?: boolean }): Promise<CheckReport> {
  requirePermission(ctx, "workspace.read");
  if (input.markdown === true) throw new InvalidInputError("Markdown documents are not read yet: send the plan as YAML.");
  refuseMarkdown(input.source);
  const read = readYamlPlan(input.source);
  if (!read.ok) throw issuesWithLines(read.issues);
  return checkReport(read.plan, read.locate);
}
