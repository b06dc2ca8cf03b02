import "server-only";
import { journalView, viewOf } from "@/app/(app)/runs/_lib/load-view";
import { buildReport, type RunReport } from "@/app/(app)/runs/_lib/report";
import type { JournalView } from "@/components/migration/view";
import { attemptsOfRun, guardEvidence, journalSince, loadRunPage } from "@/lib/migration/page-store";
import { readShare } from "@/lib/migration/share-store";
import type { Ctx } from "@/lib/service/context";

const PAGE = 1_000;
const MAX_ENTRIES = 50_000;

/** The whole journal, read in pages. */
async function wholeJournal(ctx: Ctx, runId: string): Promise<JournalView[]> {
  const all: JournalView[] = [];
  while (all.length < MAX_ENTRIES) {
    const page = await journalSince(ctx, runId, all.at(-1)?.seq ?? 0, PAGE);
    all.push(...page.map(journalView));
    if (page.length < PAGE) break;
  }
  return all;
}

/** The evidence report of a run. @throws NotFoundError, ForbiddenError */
export async function loadReport(ctx: Ctx, runId: string): Promise<RunReport> {
  const data = await loadRunPage(ctx, runId);
  const view = viewOf(ctx, data);
  const [evidence, tries, journal, share] = await Promise.all([
    guardEvidence(ctx, runId),
    attemptsOfRun(ctx, runId),
    wholeJournal(ctx, runId),
    readShare(ctx, runId),
  ]);
  return buildReport(
    view,
    share.ways.map(({ title, stages }) => ({ title, stages })),
    evidence.map((row) => {
      const guard = view.guards.find((one) => one.key === row.key);
      return {
        key: row.key,
        title: row.title,
        condition: guard?.condition ?? "",
        limit: guard?.limitText ?? "",
        state: guard?.state.word ?? row.state,
        samples: row.samples,
        bad: row.bad,
        low: row.low,
        high: row.high,
        trippedAt: row.trippedAt?.toISOString() ?? null,
        trace: row.trace,
      };
    }),
    tries.map((row) => ({
      step: row.stepKey,
      number: row.number,
      direction: row.direction,
      begunAt: row.intentAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      outcome: row.outcome,
      reason: row.reason,
    })),
    journal,
  );
}
