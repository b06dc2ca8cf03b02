"use client";

import Link from "next/link";
import { type ReactNode, useEffect } from "react";
import { AbortPart, ActionBar, type RunActions } from "@/components/live/action-bar";
import { ClockBar } from "@/components/live/clock-bar";
import { JournalList } from "@/components/live/journal-list";
import { LogPanel } from "@/components/live/log-panel";
import { CurrentStep, NowPanel } from "@/components/live/now-panel";
import { stepChoices } from "@/components/live/step-choices";
import { TrafficPanel } from "@/components/live/traffic-panel";
import { useLiveRun, useNow } from "@/components/live/use-live-run";
import { WayBack } from "@/components/live/way-back";
import { contactText, tabTitle } from "@/components/migration/clock";
import { GuardList, ReactionLine } from "@/components/migration/guard-list";
import { PreflightList } from "@/components/migration/preflight-list";
import { Timeline } from "@/components/migration/timeline";
import type { JournalView, RunView } from "@/components/migration/view";
import { runTitle } from "@/components/migration/words";
import { classNames } from "@/components/ui/class-names";
import { Card, PageHeader } from "@/components/ui/layout";
import { Callout } from "@/components/ui/status";
import type { RunCommand } from "@/lib/migration/types";

interface LiveRunProps {
  initial: RunView;
  initialJournal: JournalView[];
  actions: RunActions;
  confirming: RunCommand | null;
  back: string;
  /** Where this run belongs; above its title. */
  above: ReactNode;
  /** Result of a form that was posted without scripts. */
  notice: ReactNode;
}

/** Keeps the screen of a phone awake while a run moves, where the browser can. */
function useWakeLock(active: boolean) {
  useEffect(() => {
    if (!active || !("wakeLock" in navigator)) return;
    let sentinel: WakeLockSentinel | null = null;
    const ask = () => {
      if (document.visibilityState === "visible") {
        navigator.wakeLock.request("screen").then(
          (got) => {
            sentinel = got;
          },
          () => undefined,
        );
      }
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      sentinel?.release().catch(() => undefined);
    };
  }, [active]);
}

/** The live cutover page, its answering sentence included: that one must never be older than the clock beside it. */
export function LiveRun({ initial, initialJournal, actions, confirming, back, above, notice }: LiveRunProps) {
  const { run, journal, contactAt, offsetMs, signedOut } = useLiveRun(initial, initialJournal);
  const { now, mounted } = useNow(Date.parse(initial.at));
  const nowMs = mounted ? now + offsetMs : now;
  const contact = contactText(mounted && !run.ended ? now - contactAt : 0);
  useWakeLock(run.status === "running" || run.status === "rolling-back");

  const title = tabTitle(run, nowMs);
  // Every second, because the framework sets the page's own title once more after the first paint.
  useEffect(() => {
    if (document.title !== title) document.title = title;
  });

  // The text changes with step and state only, so it is announced once per change, never per second or log line.
  const announcement = `${run.state.word}. ${run.current === null ? "" : `Step ${run.current.number} of ${run.steps.length}: ${run.current.title}, ${run.current.state.word}.`}`;

  // Where a person can do something about the step, that comes right under it: on a phone guards and charts would push it away.
  const asked = stepChoices(run).any;
  const nowCard = (
    <Card title="Now" className="max-rail:p-3">
      <NowPanel run={run} actions={actions} lost={contact.lost || signedOut} back={back} />
    </Card>
  );

  return (
    <div className="grid gap-4 max-rail:gap-3 max-rail:pb-32">
      <div className="max-rail:[&_header]:mb-0 [&_header]:mb-0">
        <PageHeader
          above={above}
          title={
            <>
              {runTitle(run)} <span className="font-normal text-ink-2 rail:hidden">{run.project.name}</span>
            </>
          }
          answer={<span className="max-rail:text-sm">{run.answer}</span>}
        />
      </div>
      {notice}
      <ClockBar run={run} nowMs={nowMs} contact={contact} />
      <p className="sr-only" role="status" aria-live="polite" data-testid="announcement">
        {announcement}
      </p>
      {signedOut ? (
        <Callout tone="bad" role="alert" title="You are signed out: this page no longer updates.">
          The run goes on without this page. <Link href={`/sign-in?next=${encodeURIComponent(back)}`}>Sign in again</Link>
        </Callout>
      ) : null}
      {contact.lost && !run.ended && !signedOut ? (
        <Callout tone="warn" role="alert" title={`Lost contact with the server. ${contact.text}; what you see may be old.`}>
          The run goes on without this page. Pause and Roll back stay enabled and say themselves whether they arrived.
        </Callout>
      ) : null}
      {run.undriven === null ? null : (
        <Callout tone="bad" role="alert" title="No worker drives this run: nothing happens in it, and its guards are asleep.">
          {run.undriven.why} Pause and Roll back are accepted meanwhile and carried out once a worker is there.
        </Callout>
      )}
      <ActionBar run={run} actions={actions} lost={contact.lost || signedOut} confirming={confirming} back={back} />
      <div className={classNames("grid gap-4 max-rail:gap-3", contact.lost && "opacity-60")}>
        <div className="grid items-start gap-4 rail:grid-cols-[minmax(0,2fr)_minmax(20rem,1fr)] rail:grid-rows-[auto_1fr]">
          <div className="grid gap-4 max-rail:gap-3">
            <Card className="max-rail:p-3">
              <CurrentStep run={run} nowMs={nowMs} />
            </Card>
            {asked ? nowCard : null}
          </div>
          <div className="grid gap-4 rail:row-span-2">
            <Card title="Guards" className="max-rail:p-3 max-rail:[&_h2]:sr-only max-rail:[&>div:first-child]:mb-0">
              <ReactionLine reaction={run.reaction} />
              <GuardList guards={run.guards} nowMs={nowMs} />
            </Card>
            {run.wayBack === null ? null : (
              <Card title="Way back" className="max-rail:p-3">
                <WayBack runId={run.id} back={run.wayBack} nowMs={nowMs} until={run.rollbackUntil} />
              </Card>
            )}
            {run.traffic.hasTraffic ? (
              <Card title="Traffic">
                <TrafficPanel run={run} />
              </Card>
            ) : null}
          </div>
          <div className="grid gap-4">
            {asked ? null : nowCard}
            {run.startedAt === null && !run.ended ? (
              <Card title="Preflight">
                <PreflightList run={run} />
              </Card>
            ) : null}
            <Card title={`Steps (${run.steps.length})`}>
              <Timeline run={run} nowMs={nowMs} />
            </Card>
          </div>
        </div>
        <div className="grid items-start gap-4 rail:grid-cols-2">
          <Card title="Step log">
            <LogPanel run={run} />
          </Card>
          <Card title="Journal">
            <JournalList entries={journal} run={run} />
          </Card>
        </div>
      </div>
      {run.ended ? null : (
        <Card title="Abort">
          <AbortPart run={run} back={back} confirming={confirming} />
        </Card>
      )}
    </div>
  );
}
