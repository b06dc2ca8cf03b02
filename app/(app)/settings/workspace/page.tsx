import type { Metadata } from "next";
import { WorkspaceForm } from "@/components/settings/workspace-form";
import { Card, Facts, PageHeader } from "@/components/ui/layout";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { currencyChoices, readWorkspace, timeZoneChoices } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "Workspace · Settings" };

export default async function WorkspacePage() {
  const ctx = await pageContext();
  const workspace = await readWorkspace(ctx.db);
  const names = new Intl.DisplayNames("en", { type: "currency" });
  const editable = can(ctx, "workspace.manage");
  return (
    <>
      <PageHeader
        above="Settings"
        title="Workspace"
        answer={`${workspace.name} shows money in ${workspace.currency} and days in ${workspace.timeZone}.${editable ? "" : " An admin can change this."}`}
      />
      <Card className="max-w-2xl">
        {editable ? (
          <WorkspaceForm
            name={workspace.name}
            currency={workspace.currency}
            timeZone={workspace.timeZone}
            allowLoopback={workspace.allowLoopback}
            currencies={currencyChoices().map((code) => ({ code, name: names.of(code) ?? "" }))}
            timeZones={timeZoneChoices()}
          />
        ) : (
          <Facts
            items={[
              { name: "Name", value: workspace.name },
              { name: "Currency", value: workspace.currency },
              { name: "Time zone", value: workspace.timeZone },
              { name: "Addresses on this machine", value: workspace.allowLoopback ? "checks and webhooks may reach them" : "refused" },
            ]}
          />
        )}
      </Card>
    </>
  );
}
