"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { acknowledgeAlertAction, muteAlertAction } from "@/app/(app)/alerts/actions";
import { Button } from "@/components/ui/button";
import type { AlertView } from "@/lib/alert/types";

const UNDO_MS = 10_000;

interface Done {
  text: string;
  undo: () => void;
}

/** Acknowledge and mute: at once, with ten seconds to take it back (tier 1). */
export function AlertActions({ alert }: { alert: Pick<AlertView, "id" | "version" | "acknowledgedAt" | "mutedUntil" | "ruleName"> }) {
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const router = useRouter();
  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const run = (action: typeof muteAlertAction, input: object, after: Done | null) =>
    start(async () => {
      const result = await action({ alert: alert.id, ...input });
      setProblem(result.ok ? null : result.error.message);
      if (result.ok) setDone(after);
      router.refresh();
    });
  const acknowledge = (on: "on" | "off") =>
    run(
      acknowledgeAlertAction,
      { on, version: on === "on" ? alert.version : undefined },
      on === "off" ? null : { text: "Acknowledged", undo: () => acknowledge("off") },
    );
  const mute = (minutes: number) => run(muteAlertAction, { minutes }, minutes === 0 ? null : { text: "Muted", undo: () => mute(0) });
  const muted = alert.mutedUntil !== null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {alert.acknowledgedAt === null ? (
        <Button tone="primary" disabled={pending} onClick={() => acknowledge("on")} aria-label={`Acknowledge: ${alert.ruleName}`}>
          Acknowledge
        </Button>
      ) : null}
      {muted ? (
        <Button disabled={pending} onClick={() => mute(0)} aria-label={`Unmute: ${alert.ruleName}`}>
          Unmute
        </Button>
      ) : (
        <>
          <Button disabled={pending} onClick={() => mute(60)} aria-label={`Mute 1 h: ${alert.ruleName}`}>
            Mute 1 h
          </Button>
          <Button disabled={pending} onClick={() => mute(480)} aria-label={`Mute 8 h: ${alert.ruleName}`}>
            Mute 8 h
          </Button>
        </>
      )}
      <span role="status" className="text-sm">
        {done === null ? null : (
          <>
            {done.text}.{" "}
            <Button tone="quiet" onClick={done.undo} disabled={pending}>
              Undo (10 s)
            </Button>
          </>
        )}
      </span>
      {problem === null ? null : (
        <span role="alert" className="text-sm font-semibold text-bad">
          {problem}
        </span>
      )}
    </div>
  );
}
