import { normalise, wordTest } from "../lexicon/words";
import type { DocumentTree, Line, Section } from "../tree";
import type { Extract } from "./types";

type Kind = "pagerduty" | "sms" | "slack" | "chat" | "email";

const TOOLS: readonly { test: RegExp; name: string; kind: Kind }[] = [
  { test: /\bpagerduty\b/, name: "PagerDuty", kind: "pagerduty" },
  { test: /\bopsgenie\b/, name: "Opsgenie", kind: "pagerduty" },
  { test: /\b(?:victorops|splunk on-call)\b/, name: "Splunk On-Call", kind: "pagerduty" },
  { test: /\btwilio\b/, name: "SMS (Twilio)", kind: "sms" },
  { test: /\b(?:vonage|nexmo)\b/, name: "SMS (Vonage)", kind: "sms" },
  { test: /\bsms\b/, name: "SMS", kind: "sms" },
  { test: /\bslack\b/, name: "Slack", kind: "slack" },
  { test: /\b(?:microsoft|ms) teams\b/, name: "Microsoft Teams", kind: "chat" },
  { test: /\b(?:discord|mattermost|telegram)\b/, name: "Chat", kind: "chat" },
  { test: /\be-?mails?\b|\bcourriels?\b|\bcorreos?\b/, name: "E-mail", kind: "email" },
];
const TOLD = wordTest([
  "alert*",
  "notif*",
  "notify",
  "page",
  "paging",
  "on call",
  "warn*",
  "escalat*",
  "alarm*",
  "benachrichtig*",
  "bereitschaft",
  "alerte*",
  "astreinte",
  "alerta*",
  "guardia",
  "avis*",
]);
const CRITICAL = /\b(?:critical|severe|p1|kritisch|critique|critic[oa])\b/;

/** Ways by which people are told, where the document speaks of alerts: each once. */
export const channels: Extract = ({ tree, draft }) => {
  if (draft.plan.channels.length > 0) return;
  const seen = new Set<string>();
  for (const { line, text, about } of linesOf(tree)) {
    if (text.length > 300) continue;
    const plain = normalise(text);
    if (!TOLD.test(plain) && !about) continue;
    const found = TOOLS.filter((tool) => tool.test.test(plain));
    // "SMS (via Twilio)" is one channel.
    for (const tool of found.filter((one) => one.name !== "SMS" || !found.some((other) => other !== one && other.kind === "sms"))) {
      if (seen.has(tool.name)) continue;
      seen.add(tool.name);
      draft.add(
        "channels",
        { key: draft.key("channels", tool.name), name: tool.name, kind: tool.kind, ...(CRITICAL.test(plain) ? { severity: "critical" as const } : {}), line },
        line,
      );
    }
  }
};

/** Items, paragraphs and lines of plain blocks, with whether the heading or label above speaks of alerts. */
function* linesOf(tree: DocumentTree): Generator<Line & { about: boolean }> {
  const told = new Map<Section, boolean>();
  for (const block of tree.blocks) {
    const above = told.get(block.section) ?? TOLD.test(normalise(block.section.title));
    told.set(block.section, above);
    const about = above || (block.label !== null && TOLD.test(normalise(block.label.text)));
    const lines = block.type === "list" ? block.items : block.type === "table" ? [] : block.type === "code" && block.language !== "" ? [] : block.lines;
    for (const { line, text } of lines) yield { line, text, about };
  }
}
