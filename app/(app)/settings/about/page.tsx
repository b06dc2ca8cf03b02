import type { Metadata } from "next";
import { Card, CommandLine, Facts, PageHeader } from "@/components/ui/layout";
import { Status } from "@/components/ui/status";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { readDatabaseFacts, readHealth } from "@/lib/service/health";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "About · Settings" };

export default async function AboutPage() {
  const ctx = await pageContext();
  const [health, workspace, database] = await Promise.all([readHealth(() => ctx.db, ctx.now), readWorkspace(ctx.db), readDatabaseFacts(ctx.db)]);
  const lastSeen = health.worker.lastSeen === null ? null : new Date(health.worker.lastSeen);
  const worker = lastSeen === null ? "never seen" : `seen ${formatAgo(lastSeen, ctx.now)}`;
  return (
    <>
      <PageHeader
        above="Settings"
        title="About"
        answer={
          health.status === "ok"
            ? `Switchyard ${health.version} is complete: the database answers and a worker is alive.`
            : `Switchyard ${health.version} has no living worker (${worker}): pages work, but nothing is evaluated, checked or run until it is started.`
        }
      />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Card title="This installation">
          <Facts
            items={[
              { name: "Version", value: health.version },
              { name: "Worker", value: <Status tone={health.worker.status === "ok" ? "ok" : "bad"}>{worker}</Status> },
              { name: "PostgreSQL", value: database?.version ?? "unknown" },
              { name: "Database size", value: database === null ? "unknown" : `${(database.size / 1_000_000).toFixed(1)} MB` },
              { name: "Set up", value: workspace.createdAt === null ? "not yet" : formatInstant(workspace.createdAt, workspace.timeZone) },
              { name: "Example data", value: workspace.exampleData ? "yes: this is a demo, its figures are made up" : "none" },
              {
                name: "Loopback targets",
                value: workspace.allowLoopback ? "allowed: checks may reach this machine itself (practice site)" : "refused",
              },
            ]}
          />
        </Card>
        <Card title="Backup">
          <p className="mb-2 text-sm text-ink-2">Everything is in the database and in the folder .data (keys). On the server:</p>
          <CommandLine>npm run switchyard -- backup create switchyard.backup</CommandLine>
          <p className="mt-4 mb-2 text-sm text-ink-2">Check the audit log from outside the browser:</p>
          <CommandLine>npm run switchyard -- audit verify</CommandLine>
        </Card>
      </div>
    </>
  );
}
