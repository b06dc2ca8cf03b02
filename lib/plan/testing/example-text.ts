import { readFileSync } from "node:fs";
import path from "node:path";

export const EXAMPLES = ["apexmediation", "barum-aws", "venture-nudge", "tour-crm", "paircam"] as const;

/** Text of one of the example plans. */
export function exampleText(name: string): string {
  return readFileSync(path.resolve(import.meta.dirname, "../../../examples", `${name}.yaml`), "utf8");
}

/** A plan of a few lines that has one of everything the tests change; it has no finding. */
export function smallPlan(): string {
  return `schemaVersion: 1
project: { slug: small, name: Small, currency: USD }
metrics:
  - { key: users, name: Users, unit: users }
  - { key: error-rate, name: Error rate, unit: percent }
stacks:
  - key: now
    name: Now
    role: current
    position: 0
    resources:
      - { key: server, kind: compute, provider: Example, name: Server, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: cache, kind: cache, name: Cache, lineItems: [{ price: { form: range, min: 5, max: 10 } }] }
    statedTotals: [{ min: 25, max: 30 }]
  - key: next
    name: Next
    role: target
    position: 1
    resources:
      - { key: cluster, kind: compute, name: Cluster, replaces: [server], lineItems: [{ price: { form: fixed, amount: 70 } }] }
triggerGroups:
  - { key: growth, name: Growth, from: now, to: next }
triggers:
  - { key: many-users, group: growth, metric: users, op: ">", value: 1000, for: 24h, from: now, to: next }
decisionMatrix:
  columns: [{ stack: now, label: Now }, { stack: next, label: Next }]
  rows:
    - metric: users
      cells: [{ type: range, min: 0, max: 1000 }, { type: threshold, op: ">", value: 1000 }]
alertRules:
  - { key: errors, name: Errors, metric: error-rate, warning: { value: 1 }, critical: { value: 5 }, for: 5m }
migrations:
  - key: move
    name: Move to the cluster
    from: now
    to: next
    phases:
      - key: day
        title: The day
        steps:
          - { key: prepare, title: Prepare, kind: manual }
          - { key: verify, title: Verify, kind: http.check, with: { url: "http://127.0.0.1:1/health" } }
    observation: { duration: 24h }
    decommission: { after: 7d, resources: [server] }
monitors:
  - { key: site, name: Site, type: http, target: "https://small.example.test/", interval: 1m }
backups:
  - { key: nightly, what: Database, interval: 1d, storage: Other host }
budgets:
  - { key: all, name: Everything, amount: 100 }
`;
}
