import { codeKind } from "../code/kind";
import { titlesAbove } from "../texts";
import type { Code } from "../tree";
import type { Extract } from "./types";

const PIPELINE = /^\s*(?:jobs|stages|runs-on|pipeline|steps)\s*:/;
const DEPLOY = /\b(?:deploy|rollout|release|apply|up -d)\b/i;
const HOST = /https?:\/\/([a-z0-9][a-z0-9.-]*\.[a-z]{2,})(?=[:/"'\s]|$)/i;
const ASKS = /\b(?:curl|wget|http|k6|newman)\b|^\s*[A-Z_]*(?:URL|HOST|ENDPOINT)\s*[:=]/;

/** Whom a pipeline asks after it has deployed. */
export const deployChecks: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "code" || codeKind(block) !== "yaml" || !block.lines.some(({ text }) => PIPELINE.test(text))) continue;
    for (const { host, line } of hostsAfterDeployment(block))
      draft.add("deployChecks", { host, place: (titlesAbove(block.section)[0] ?? "pipeline").slice(0, 200) || "pipeline", line }, line);
  }
};

function hostsAfterDeployment(code: Code): { host: string; line: number }[] {
  let deployed = false;
  const seen = new Set<string>();
  return code.lines.flatMap(({ text, line }) => {
    const trimmed = text.trim();
    if (/^(?:-\s*)?run\s*:/.test(trimmed) && DEPLOY.test(trimmed)) deployed = true;
    else if (
      !/^(?:-\s*)?(?:name|uses|on|branches)\b/.test(trimmed) &&
      /\b(?:flyctl|fly|kubectl|helm|aws|gcloud|docker compose|wrangler|vercel|serverless|cap|ansible-playbook)\b.*\b(?:deploy|apply|upgrade|update-service|up|rollout)\b/.test(
        trimmed,
      )
    )
      deployed = true;
    const host = deployed && ASKS.test(trimmed) ? HOST.exec(trimmed)?.[1]?.toLowerCase() : undefined;
    if (host === undefined || seen.has(host) || /webhook|hooks\.|slack|discord|github\.com/.test(host)) return [];
    seen.add(host);
    return [{ host, line }];
  });
}
