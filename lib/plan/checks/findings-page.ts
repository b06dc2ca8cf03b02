import { RULES } from "./rules";
import { RULE_FAMILIES, type Rule, type RuleFamily } from "./types";

const TITLES: Record<RuleFamily, string> = {
  "cost-totals": "Cost totals",
  "ratios-and-economics": "Ratios and economics",
  "triggers-and-thresholds": "Triggers and thresholds",
  "limits-and-capacity": "Limits and capacity",
  "priced-vs-used": "Priced and used",
  "cutover-safety": "Safety of the cutover",
  "rollback-and-decommission": "Rollback and decommission",
  calendar: "Calendar",
  backups: "Backups",
  "network-and-dns": "Network and DNS",
  configuration: "Configuration",
  "document-consistency": "Consistency of the document",
};

const HEAD = `# What the checks notice

<!-- Written by scripts/findings-doc.ts from lib/plan/checks/rules; change the rules, not this page. -->

\`switchyard check FILE\`, the import, the review of a document and the plan's page run the same rules. They look at structured fields only and
compute with exact decimals; running text is never guessed at. Each finding has a code, a level, the lines it rests on, what was
expected and what was found. **Errors** contradict the plan's own figures or lead to an unsafe move, **warnings** should be looked at,
**remarks** (info) say which reading was used. Findings never stop an import.

Figures are compared as far as their digits say: 535 stands for 534.5 to 535.5. With \`approximate: true\` 5 % are allowed, for round numbers up to 10 %. Ranges subtract
crosswise: 45–70 minus 21–46 is −1 to 49. A service without an amount makes a total a lower limit, never a smaller sum.

Every rule below is shown with a plan in which it speaks, what it says there, and the same plan put right. What stands before
each example is \`schemaVersion: 1\` and \`project\`.
`;

/** The page docs/findings.md: every rule with its worked example, family by family. */
export function findingsPage(rules: readonly Rule[] = RULES): string {
  const families = RULE_FAMILIES.map((family) => ({ family, own: rules.filter((rule) => rule.family === family) })).filter(({ own }) => own.length > 0);
  const contents = families.map(({ family, own }) => `- ${TITLES[family]}: ${own.map((rule) => `[\`${rule.code}\`](#${rule.code})`).join(", ")}`);
  const sections = families.map(({ family, own }) => `## ${TITLES[family]}\n\n${own.map(entry).join("\n")}`);
  return `${HEAD}\n${contents.join("\n")}\n\n${sections.join("\n")}`;
}

function entry(rule: Rule): string {
  const { wrong, finds, right } = rule.example;
  return `### ${rule.code}

${rule.says} (${rule.levels.join(", ")})

\`\`\`yaml
${wrong.trimEnd()}
\`\`\`

> ${finds}

Put right:

\`\`\`yaml
${changedLines(wrong, right)}
\`\`\`
`;
}

/** The lines of the right plan that are not in the wrong one; all of it where nothing but the order differs. */
function changedLines(wrong: string, right: string): string {
  const before = new Set(wrong.split("\n"));
  const lines = right.trimEnd().split("\n");
  const changed = lines.filter((line) => !before.has(line));
  return (changed.length > 0 ? changed : lines).join("\n");
}
