import type { Metadata } from "next";
import Link from "next/link";
import { EditConnection, NewConnection, TestConnection } from "@/components/connection/connection-forms";
import { KINDS } from "@/components/connection/fields";
import { RefreshWhile } from "@/components/connection/refresh-while";
import { LinkButton } from "@/components/ui/button";
import { Card, CommandLine, EmptyState, Facts, PageHeader } from "@/components/ui/layout";
import { Status } from "@/components/ui/status";
import { LinkTabs } from "@/components/ui/tabs";
import { listPolicies } from "@/lib/auth/people-store";
import { listConnections } from "@/lib/connection/store";
import { CONNECTION_KINDS, type ConnectionKind, type ConnectionView } from "@/lib/connection/types";
import { formatAgo } from "@/lib/core/time";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Connections · Settings" };

/** After this a test that was asked for is late. */
const UNANSWERED_MS = 30_000;

function answerOf(project: string, connections: ConnectionView[]): string {
  if (connections.length === 0) return `${project} has no connection yet: its runs can do manual steps and checks of public addresses only.`;
  const failed = connections.filter((each) => each.test.status === "failed").map((each) => each.key);
  const untested = connections.filter((each) => each.test.status === "never").map((each) => each.key);
  if (failed.length > 0) return `${failed.join(", ")} of ${project} failed the last test.`;
  const waiting = connections.filter((each) => each.test.status === "waiting").map((each) => each.key);
  if (waiting.length > 0) return `The worker is testing ${waiting.join(", ")} of ${project}.`;
  const count = connections.length === 1 ? "One connection" : `${connections.length} connections`;
  if (untested.length > 0) return `${count} in ${project}; not tested yet: ${untested.join(", ")}.`;
  return `${count} of ${project}: each answered when it was tested last.`;
}

type Search = Promise<{ project?: string | string[]; kind?: string | string[] }>;

export default async function ConnectionsPage({ searchParams }: { searchParams: Search }) {
  const ctx = await pageContext();
  const [wanted, projects] = [await searchParams, await listPolicies(ctx.db)];
  const project = projects.find((each) => each.slug === wanted.project) ?? projects[0];
  if (project === undefined) {
    return (
      <>
        <PageHeader above="Settings" title="Connections" answer="There is no project yet, and a connection belongs to a project." />
        <EmptyState
          title="No project yet"
          action={
            <LinkButton href="/projects/new" tone="primary">
              New project
            </LinkButton>
          }
        >
          <p className="mb-2">
            Connections appear here per project: databases, poolers, load balancers, metrics. Import a plan to make a project, here or in a terminal:
          </p>
          <CommandLine>npm run switchyard -- import plan.yaml --project my-project</CommandLine>
        </EmptyState>
      </>
    );
  }
  const kind: ConnectionKind = CONNECTION_KINDS.find((each) => each === wanted.kind) ?? "postgres";
  const connections = await listConnections(ctx.db, project.id);
  const address = (slug: string, of: ConnectionKind) => `/settings/connections?project=${slug}&kind=${of}`;
  return (
    <>
      <PageHeader above="Settings" title="Connections" answer={answerOf(project.name, connections)} />
      {projects.length > 1 ? (
        <LinkTabs label="Projects" tabs={projects.map((each) => ({ href: address(each.slug, kind), text: each.name, current: each.id === project.id }))} />
      ) : null}
      <RefreshWhile active={connections.some((each) => each.test.status === "waiting")} />
      <div className="grid grid-cols-1 gap-4">
        {connections.map((connection) => (
          <ConnectionCard key={connection.id} connection={connection} now={ctx.now} edits={can(ctx, "connection.manage")} tests={can(ctx, "connection.test")} />
        ))}
        {can(ctx, "connection.manage") ? (
          <Card title={`Add to ${project.name}`}>
            <LinkTabs
              label="Kind of connection"
              tabs={CONNECTION_KINDS.map((each) => ({ href: address(project.slug, each), text: KINDS[each].title, current: each === kind }))}
            />
            <p className="mb-3 text-sm text-ink-2">
              {KINDS[kind].use} Secrets are sealed to the worker's key when they are saved: this web server cannot read them back.
            </p>
            <NewConnection key={`${project.id} ${kind}`} project={project.id} kind={kind} />
          </Card>
        ) : (
          <p className="text-ink-2">Only an admin adds and changes connections.</p>
        )}
        <p className="text-sm text-ink-2">
          Which steps use them stands in the runbooks under{" "}
          <Link className="underline" href={`/projects/${project.slug}/migrations`}>
            Migrations
          </Link>
          .
        </p>
      </div>
    </>
  );
}

function TestState({ test, now }: { test: ConnectionView["test"]; now: Date }) {
  const when = test.at === null ? "" : formatAgo(test.at, now);
  switch (test.status) {
    case "never":
      return <Status tone="unknown">Not tested yet</Status>;
    case "waiting":
      if (test.at !== null && now.getTime() - test.at.getTime() > UNANSWERED_MS) {
        return <Status tone="warn">Asked for {when}; no worker has answered. See About whether one is alive.</Status>;
      }
      return <Status tone="info">Test under way, asked for {when}</Status>;
    case "ok":
      return <Status tone="ok">Answered {when}</Status>;
    case "failed":
      return <Status tone="bad">Failed {when}</Status>;
  }
}

function ConnectionCard({ connection, now, edits, tests }: { connection: ConnectionView; now: Date; edits: boolean; tests: boolean }) {
  const { config } = connection;
  const labels = KINDS[connection.kind].config.filter((field) => field.name !== "ca" && config[field.name] !== undefined);
  return (
    <Card
      title={
        <>
          {connection.name} <code className="text-sm font-normal text-ink-2">{connection.key}</code>
        </>
      }
      actions={tests ? <TestConnection id={connection.id} /> : undefined}
    >
      <div className="grid gap-3" data-testid="connection">
        <div>
          <TestState test={connection.test} now={now} />
          {connection.test.message === null ? null : <p className="mt-1 text-sm break-words text-ink">{connection.test.message}</p>}
        </div>
        <Facts
          items={[
            { name: "Kind", value: KINDS[connection.kind].title },
            ...labels.map((field) => ({ name: field.label, value: [config[field.name]].flat().join(", ") })),
            {
              name: "Secrets",
              value: connection.secretFields.length === 0 ? "none" : `${connection.secretFields.join(", ")} (version ${connection.secretVersion})`,
            },
          ]}
        />
        {edits ? (
          <details>
            <summary className="min-h-9 cursor-pointer content-center text-accent max-rail:min-h-11">Change or remove</summary>
            <div className="mt-2 max-w-3xl">
              <EditConnection key={connection.version} connection={connection} />
            </div>
          </details>
        ) : null}
      </div>
    </Card>
  );
}
