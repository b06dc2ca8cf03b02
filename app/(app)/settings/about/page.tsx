import type { Metadata } from "next";
import { adoptDatabaseAction } from "@/app/(app)/settings/actions";
import { RowAction } from "@/components/settings/row-action";
import { Card, CommandLine, Facts, PageHeader } from "@/components/ui/layout";
import { Callout, Status } from "@/components/ui/status";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { can } from "@/lib/service/context";
import { readDatabaseFacts, readHealth } from "@/lib/service/health";
import { isCopy } from "@/lib/service/home-database";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "About · Settings" };

export default async function AboutPage() {
  const ctx = await pageContext();
  const [health, workspace, database, copy] = await Promise.all([
    readHealth(() => ctx.db, ctx.now),
    readWorkspace(ctx.db),
    readDatabaseFacts(ctx.db),
    isCopy(ctx.db.pool),
  ]);
  const lastSeen = health.worker.lastSeen === null ? null : new Date(health.worker.lastSeen);
  const worker = lastSeen === null ? "never seen" : `seen ${formatAgo(lastSeen, ctx.now)}`;
  return (
    <>
      <PageHeader
        above="Settings"
        title="About"
        answer={
          copy
            ? "No run is carried out here: this database is not the one the installation lives in."
            : health.status === "ok"
              ? `Switchyard ${health.version} is complete: the database answers and a worker is alive.`
              : `Switchyard ${health.version} has no living worker (${worker}): pages work, but nothing is evaluated, checked or run until it is started.`
        }
      />
      {copy ? (
        <Callout tone="bad" title="This database is a copy, or was moved or restored." className="mb-4">
          <p>
            It holds runs of the installation it comes from, with the addresses of what they act on. If the original still works, leave it so and look around.
            If this is the installation now, say so: runs that are under way are then carried out here, each from what is seen on its servers. See to it first
            that no worker uses the other database.
          </p>
          {can(ctx, "workspace.manage") ? (
            <div className="mt-3">
              <RowAction action={adoptDatabaseAction} fields={{}} submit="This is the installation now" tone="danger" testId="adopt-database" />
            </div>
          ) : (
            <p className="mt-2">An admin can do that here.</p>
          )}
        </Callout>
      ) : null}
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
          <p className="mb-2 text-sm text-ink-2">
            Everything is in the database and in the keys of the folder .data (secret, worker-key.pem). Back up both, on the server:
          </p>
          <CommandLine>pg_dump --format=custom --file=switchyard.dump "$DATABASE_URL"</CommandLine>
          <p className="mt-2 text-sm text-ink-2">
            Without DATABASE_URL the address is in .data/instance.json while Switchyard runs. A restored copy carries out no runs until an admin says here that
            it is the installation.
          </p>
          <p className="mt-4 mb-2 text-sm text-ink-2">Check the audit log from outside the browser:</p>
          <CommandLine>npm run switchyard -- audit verify</CommandLine>
        </Card>
      </div>
    </>
  );
}
