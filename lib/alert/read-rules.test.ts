import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { readRules } from "./read-rules";

const FILE = `
groups:
  - name: shop
    interval: 30s
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(http_requests_total[5m]))
      - alert: HighErrorRate
        expr: |
          sum(rate(http_requests_total{code=~"5.."}[5m]))
            / sum(rate(http_requests_total[5m])) > 0.05
        for: 1h30m
        keep_firing_for: 5m
        labels: { severity: critical, team: shop }
        annotations:
          summary: "Errors on {{ $labels.instance }}"
          description: "{{ $value | humanizePercentage }} fail."
          runbook_url: https://runbooks.example/errors
      - alert: HighErrorRate
        expr: job:errors:ratio > 0.01
        for: 1d
        labels: { severity: warning }
  - name: disk
    rules:
      - { alert: DiskFull, expr: node_filesystem_avail_bytes < 1e9 }
      - { alert: DiskFull, expr: node_filesystem_files_free < 1e5, for: 1y2w, annotations: { message: Few inodes, runbook_url: "javascript:alert(1)" } }
`;

function refusal(text: string): { message: string; issues: string[] } {
  try {
    readRules(text);
  } catch (error) {
    if (error instanceof AppError) return { message: error.message, issues: error.issues.map((issue) => `${issue.path}: ${issue.message}`) };
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("a Prometheus rule file", () => {
  const read = readRules(FILE);

  it("becomes alert rules with expression, hold time, severity and words", () => {
    expect(read.rules[0]).toEqual({
      address: "shop/HighErrorRate/critical",
      name: "HighErrorRate",
      expr: 'sum(rate(http_requests_total{code=~"5.."}[5m]))\n  / sum(rate(http_requests_total[5m])) > 0.05',
      holdMs: 5_400_000,
      severity: "critical",
      text: "Errors on {{ $labels.instance }}\n{{ $value | humanizePercentage }} fail.",
      action: "Runbook: https://runbooks.example/errors",
    });
    expect(read.rules.slice(1).map((rule) => [rule.address, rule.holdMs, rule.severity, rule.text, rule.action])).toEqual([
      ["shop/HighErrorRate/warning", 86_400_000, "warning", "", ""],
      ["disk/DiskFull", 0, "", "", ""],
      ["disk/DiskFull#2", 31_536_000_000 + 1_209_600_000, "", "Few inodes", ""],
    ]);
  });

  it("names recording rules and leaves them to Prometheus", () => {
    expect(read.recording).toEqual(["job:requests:rate5m"]);
    expect(read.notes).toEqual(["1 recording rules stay in Prometheus and are not imported."]);
  });

  it("is also read from a PrometheusRule of Kubernetes and from JSON", () => {
    const groups = [{ name: "g", rules: [{ alert: "A", expr: "up == 0" }] }];
    expect(readRules(JSON.stringify({ apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", spec: { groups } })).rules).toMatchObject([
      { address: "g/A" },
    ]);
    expect(readRules(`namespace: x\ngroups: ${JSON.stringify(groups)}`).rules).toHaveLength(1);
  });

  it.each([
    ["no groups", "rules: []\n", /no list of groups/],
    ["a Compose file", "services: {a: {image: b}}\n", /inventory page/],
    ["no rules", "groups: []\n", /no rules/],
    ["a text", "hello\n", /no rule file/],
    ["binary", "groups: \u0000", /binary/],
    ["too many", `groups: [{name: g, rules: [${Array.from({ length: 5_001 }, () => "{alert: A, expr: up}").join(",")}]}]`, /5,001 rules/],
  ])("refuses %s", (_, text, expected) => expect(refusal(text).message).toMatch(expected));

  it("refuses a file with damaged rules whole, naming every place", () => {
    const text = `groups:
  - name: g
    rules:
      - { alert: A, expr: up, for: soon }
      - { alert: B }
      - { expr: up }
      - { alert: C, expr: up, for: 5m }
      - oops
  - rules: []
`;
    expect(refusal(text)).toEqual({
      message: "5 places of the rule file are not valid. Nothing was imported.",
      issues: [
        "groups[0].rules[0].for: for is no duration: write for example 30s, 5m or 1h30m",
        "groups[0].rules[1].expr: expr is missing, not a text, or longer than 20,000 characters",
        "groups[0].rules[2]: the rule has neither alert nor record",
        "groups[0].rules[4]: this is no rule",
        "groups[1]: the group has no name",
      ],
    });
  });
});
