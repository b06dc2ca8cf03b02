import type { Metadata } from "next";
import { PolicyForm } from "@/components/settings/policy-form";
import { LinkButton } from "@/components/ui/button";
import { Card, CommandLine, EmptyState, Facts, PageHeader } from "@/components/ui/layout";
import { listPeople, listPolicies, type PolicyRow } from "@/lib/auth/people-store";
import { formatDuration } from "@/lib/core/duration";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Approval policy · Settings" };

function answerOf(policies: PolicyRow[], approvers: number): string {
  if (policies.length === 0) return "There is no project yet, so nothing needs approval.";
  const solo = policies.filter((policy) => policy.soloMode).map((policy) => policy.name);
  const impossible = policies.filter((policy) => policy.requiredApprovals > approvers).map((policy) => policy.name);
  if (impossible.length > 0) return `Too few approvers for ${impossible.join(", ")}: no run there can be approved until more people may approve.`;
  if (solo.length === 0) return "Requester and approver differ in every project.";
  return `Solo mode is on for ${solo.join(", ")}: there one person can request and approve.`;
}

export default async function ApprovalPolicyPage() {
  const ctx = await pageContext();
  const [policies, people] = await Promise.all([listPolicies(ctx.db), listPeople(ctx.db)]);
  const approvers = people.filter((person) => person.disabledAt === null && (person.role === "approver" || person.role === "admin")).length;
  const editable = can(ctx, "policy.manage");
  return (
    <>
      <PageHeader above="Settings" title="Approval policy" answer={answerOf(policies, approvers)} />
      {policies.length === 0 ? (
        <EmptyState
          title="No project yet"
          action={
            <LinkButton href="/projects/new" tone="primary">
              New project
            </LinkButton>
          }
        >
          <p className="mb-2">A policy appears here for every project. Import a plan to make one, here or in a terminal:</p>
          <CommandLine>npm run switchyard -- import plan.yaml --project my-project</CommandLine>
        </EmptyState>
      ) : (
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
          {policies.map((policy) => (
            <Card key={policy.id} title={policy.name}>
              {editable ? (
                <PolicyForm project={policy} />
              ) : (
                <Facts
                  items={[
                    { name: "Approvals needed", value: policy.requiredApprovals },
                    { name: "Requests expire after", value: formatDuration(policy.approvalTtlMs) },
                    { name: "Solo mode", value: policy.soloMode ? "on: the requester may approve" : "off: requester and approver differ" },
                  ]}
                />
              )}
            </Card>
          ))}
        </div>
      )}
    </>
  );
}
