import type { Readiness } from "@/app/(app)/projects/[slug]/migrations/_lib/readiness";
import { createRunAction, requestRunAction } from "@/app/(app)/runs/actions";
import { CreateRunForm } from "@/components/migration/create-run-form";
import { runTitle } from "@/components/migration/words";
import { LinkButton } from "@/components/ui/button";
import { Badge } from "@/components/ui/status";
import type { MigrationItem } from "@/lib/migration/migration-store";
import { type Ctx, can } from "@/lib/service/context";

/** What a runbook has and lacks, one word each. */
export function Gaps({ ready }: { ready: Readiness }) {
  const items = [
    { text: `${ready.steps} steps`, tone: "neutral" as const },
    {
      text: ready.unowned.length === 0 ? "every manual step has an owner" : `${ready.unowned.length} without owner`,
      tone: ready.unowned.length === 0 ? ("ok" as const) : ("warn" as const),
    },
    {
      text: ready.untimed.length === 0 ? "all timed" : `${ready.untimed.length} without expected time`,
      tone: ready.untimed.length === 0 ? ("ok" as const) : ("neutral" as const),
    },
    {
      text: ready.withoutUndo.length === 0 ? "all can be undone" : `${ready.withoutUndo.length} without automatic undo`,
      tone: ready.withoutUndo.length === 0 ? ("ok" as const) : ("warn" as const),
    },
    { text: ready.guards === 0 ? "no guards" : `${ready.guards} guards`, tone: ready.guards === 0 ? ("warn" as const) : ("ok" as const) },
    {
      text: ready.rehearsed === null ? "not rehearsed" : `rehearsed in run ${ready.rehearsed.number}`,
      tone: ready.rehearsed === null ? ("warn" as const) : ("ok" as const),
    },
    ...(ready.pointOfNoReturn === null ? [] : [{ text: `no return from step ${ready.pointOfNoReturn.number}`, tone: "bad" as const }]),
  ];
  return (
    <ul className="flex flex-wrap gap-2" data-testid="readiness">
      {items.map((item) => (
        <li key={item.text}>
          <Badge tone={item.tone}>{item.text}</Badge>
        </li>
      ))}
    </ul>
  );
}

/** The next thing to do with a runbook: rehearse, request approval, or look at the run under way. */
export function Actions({ ctx, slug, migration, ready }: { ctx: Ctx; slug: string; migration: MigrationItem; ready: Readiness }) {
  if (ready.active !== null) {
    return (
      <LinkButton tone="primary" href={`/runs/${ready.active.id}`} data-testid="open-run">
        Open {runTitle(ready.active).toLowerCase()}
      </LinkButton>
    );
  }
  const reasons = can(ctx, "run.request") ? [] : ["Your role does not include requesting runs."];
  const shared = {
    migrationId: migration.id,
    route: `/api/v1/projects/${slug}/migrations/${migration.key}/runs`,
    reasons,
    create: createRunAction,
    request: requestRunAction,
  };
  return (
    <div className="flex flex-wrap items-start gap-4">
      <CreateRunForm {...shared} mode="rehearsal" label="Rehearse" primary={ready.rehearsed === null} />
      <CreateRunForm {...shared} mode="live" label="Request approval of a live run" primary={ready.rehearsed !== null} />
    </div>
  );
}
