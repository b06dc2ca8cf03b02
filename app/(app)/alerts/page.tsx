import type { Metadata } from "next";
import { AlertActions } from "@/components/alert/alert-actions";
import { AlertCard } from "@/components/alert/alert-card";
import { RuleTable } from "@/components/alert/rule-table";
import { LinkButton } from "@/components/ui/button";
import { CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { LinkTabs } from "@/components/ui/tabs";
import { listAlertRules, listAlerts } from "@/lib/alert/store";
import type { AlertRuleView, AlertView } from "@/lib/alert/types";
import { formatAgo } from "@/lib/core/time";
import { can, requirePermission } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";
import { RuleImports } from "./rule-imports";

export const metadata: Metadata = { title: "Alerts" };

const TABS = ["firing", "rules", "past"] as const;
type Tab = (typeof TABS)[number];

interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

function answerOf(open: AlertView[], last: AlertView | undefined, rules: AlertRuleView[], now: Date): string {
  if (open.length > 0) {
    const critical = open.filter((alert) => alert.level === "critical").length;
    const alone = open.filter((alert) => alert.acknowledgedAt === null).length;
    const worst = open[0];
    return `${open.length} firing, ${critical} critical; ${alone === 0 ? "all are acknowledged" : `${alone} without an owner`}. Worst: ${worst?.ruleName ?? ""} in ${worst?.project.name ?? ""}.`;
  }
  const before = last === undefined ? "There was none so far." : `Last alert: ${formatAgo(new Date(last.startedAt), now)}.`;
  const known = rules.filter((rule) => rule.state !== "unknown").length;
  return rules.length === 0 ? "Nothing can fire: no alert rule is declared." : `Nothing is firing. ${before} ${known} of ${rules.length} rules have data.`;
}

export default async function AlertsPage({ searchParams }: PageProps) {
  const ctx = await pageContext("/alerts");
  requirePermission(ctx, "workspace.read");
  const search = await searchParams;
  const project = typeof search.project === "string" ? search.project : undefined;
  const after = typeof search.after === "string" ? search.after : undefined;
  const tab: Tab = TABS.find((one) => one === search.tab) ?? "firing";
  const [open, past, rules, workspace] = await Promise.all([
    listAlerts(ctx.db, { state: "open", project, limit: 200 }),
    listAlerts(ctx.db, { state: "closed", project, after, limit: 50 }),
    listAlertRules(ctx.db, project),
    readWorkspace(ctx.db),
  ]);
  const href = (to: Tab, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...(to === "firing" ? {} : { tab: to }), ...(project === undefined ? {} : { project }), ...more });
    return query.size === 0 ? "/alerts" : `/alerts?${query}`;
  };
  const handles = can(ctx, "alert.handle");
  const list = (alerts: AlertView[], withActions: boolean) => (
    <ul className="grid gap-3">
      {alerts.map((alert) => (
        <AlertCard
          key={alert.id}
          alert={alert}
          now={ctx.now}
          timeZone={workspace.timeZone}
          {...(withActions && handles ? { actions: <AlertActions alert={alert} /> } : {})}
        />
      ))}
    </ul>
  );
  return (
    <>
      <PageHeader title="Alerts" answer={answerOf(open.items, past.items[0], rules, ctx.now)} />
      <LinkTabs
        label="Alerts"
        tabs={[
          { href: href("firing"), text: `Firing (${open.items.length})`, current: tab === "firing" },
          { href: href("rules"), text: `Rules (${rules.length})`, current: tab === "rules" },
          { href: href("past"), text: "Past", current: tab === "past" },
        ]}
      />
      {tab === "rules" ? (
        <>
          <RuleImports ctx={ctx} project={project} timeZone={workspace.timeZone} open={rules.length === 0 || search.panel === "import"} />
          {rules.length === 0 ? <NoRules /> : <RuleTable rules={rules} />}
        </>
      ) : null}
      {tab === "firing" ? open.items.length === 0 ? <NothingFires rules={rules.length} /> : list(open.items, true) : null}
      {tab === "past" ? (
        <>
          {past.items.length === 0 ? <EmptyState title="No alert is over yet">Alerts that have ended are kept here.</EmptyState> : list(past.items, false)}
          {past.next === null ? null : (
            <p className="mt-4">
              <LinkButton href={href("past", { after: past.next })}>Older</LinkButton>
            </p>
          )}
        </>
      ) : null}
    </>
  );
}

function NothingFires({ rules }: { rules: number }) {
  return rules === 0 ? (
    <NoRules />
  ) : (
    <EmptyState title="Nothing is firing" action={<LinkButton href="/alerts?tab=rules">Look at the rules</LinkButton>}>
      {rules} rules are watched. An alert appears here with its value, its limit and what to do, the worst first.
    </EmptyState>
  );
}

function NoRules() {
  return (
    <EmptyState title="No alert rule yet">
      <p className="mb-3">Rules come from the plan, with a warning and a critical level each, or from Prometheus rule files (tab Rules):</p>
      <CommandLine>{`alertRules:
  - { key: cpu, metric: cpu_percent, warning: { op: ">", value: 70 }, critical: { op: ">", value: 90 }, for: 5m }`}</CommandLine>
      <div className="mt-3">
        <CommandLine>npm run switchyard -- import plan.yaml --project SLUG</CommandLine>
      </div>
    </EmptyState>
  );
}
