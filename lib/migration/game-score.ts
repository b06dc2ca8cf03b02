import type { RunStatus } from "./types";

/*
 * Game day: a fault is planted in a rehearsal, and what the plan does about it is scored from the journal alone. Pure.
 */

/**
 * errors, latency: the new side answers badly. metrics: the metrics stop coming. worker: the worker is killed.
 * lag: the target of a database move stops following.
 */
export const GAME_FAULTS = ["errors", "latency", "metrics", "worker", "lag"] as const;
export type GameFault = (typeof GAME_FAULTS)[number];

export interface GameEvent {
  seq: number;
  at: Date;
  /** Of the lease under which it was written; a higher one is another worker's. */
  epoch: number;
  type: string;
  message: string;
  data: Record<string, unknown>;
}

export interface GameScore {
  fault: GameFault;
  /** One sentence: what the run did. */
  verdict: string;
  points: number;
  of: number;
  /** What was asked, in order, and whether it held. */
  checks: { asked: string; held: boolean; found: string }[];
  /** Milliseconds from the fault to the first sign of it, to the decision, and to the traffic back; null where it never came. */
  noticedMs: number | null;
  decidedMs: number | null;
  backMs: number | null;
}

const NOTICED = ["guard.tripped", "guard.no-data", "meter.breached", "meter.back", "meter.alarm", "step.resumed", "run.paused", "step.recovered"];
const DECIDED = ["rollback.started", "guard.tripped", "run.paused", "meter.breached"];
/** Signs that the run went on to more traffic or its end. */
const WENT_ON = ["observation.started", "run.succeeded"];

/** The score of the fault planted last; null when none was. `now` is the state of the run at the time of scoring. */
export function scoreGameDay(events: readonly GameEvent[], now: { status: RunStatus; trafficPercent: number }): GameScore | null {
  const planted = events.findLast((event) => event.type === "game-day.injected");
  if (planted === undefined) return null;
  const fault = planted.data.fault as GameFault;
  const after = events.filter((event) => event.seq > planted.seq);
  const healed = after.find((event) => event.type === "game-day.healed");
  const during = after.filter((event) => healed === undefined || event.seq < healed.seq);
  const since = (event: GameEvent | undefined) => (event === undefined ? null : event.at.getTime() - planted.at.getTime());
  const noticed = after.find((event) => NOTICED.includes(event.type));
  const decided = after.find((event) => DECIDED.includes(event.type));
  const back = after.find((event) => event.type === "run.rolled-back");
  const facts: Facts = {
    noticed,
    rolledBack: back !== undefined && now.trafficPercent === 0,
    held: during.every((event) => !WENT_ON.includes(event.type)) && !movedOn(during),
    takenOver: after.some((event) => event.epoch > planted.epoch),
    wentOn: after.some((event) => WENT_ON.includes(event.type) || event.type === "step.succeeded" || event.type === "step.started"),
  };
  const checks = CHECKS[fault](facts);
  const points = checks.filter((check) => check.held).length;
  return {
    fault,
    verdict: verdictOf(facts, fault),
    points,
    of: checks.length,
    checks,
    noticedMs: since(noticed),
    decidedMs: since(decided),
    backMs: since(back),
  };
}

interface Facts {
  noticed: GameEvent | undefined;
  rolledBack: boolean;
  held: boolean;
  takenOver: boolean;
  wentOn: boolean;
}

/** Another step began while the fault was there. */
function movedOn(during: readonly GameEvent[]): boolean {
  return during.some((event) => event.type === "step.started");
}

type Check = GameScore["checks"][number];
const noticedCheck = (facts: Facts): Check => ({
  asked: "the fault was noticed",
  held: facts.noticed !== undefined,
  found: facts.noticed?.message ?? "nothing in the journal speaks of it",
});
const backCheck = (facts: Facts): Check => ({
  asked: "everything went back by itself",
  held: facts.rolledBack,
  found: facts.rolledBack ? "rolled back, no traffic on the new side" : "the run was not rolled back",
});
const heldCheck = (facts: Facts): Check => ({
  asked: "the run did not go on while the fault was there",
  held: facts.held,
  found: facts.held ? "it stayed where it was" : "it went on",
});

const badSide = (facts: Facts) => [noticedCheck(facts), heldCheck(facts), backCheck(facts)];
const CHECKS: Record<GameFault, (facts: Facts) => Check[]> = {
  errors: badSide,
  latency: badSide,
  metrics: (facts) => [noticedCheck(facts), heldCheck(facts)],
  lag: (facts) => [noticedCheck(facts), heldCheck(facts)],
  worker: (facts) => [
    {
      asked: "another worker took the run over",
      held: facts.takenOver,
      found: facts.takenOver ? "it writes the journal" : "no other worker has written to the journal",
    },
    { asked: "the run went on", held: facts.wentOn || facts.rolledBack, found: facts.wentOn ? "it goes on" : "it stands still" },
  ],
};

function verdictOf(facts: Facts, fault: GameFault): string {
  if (facts.rolledBack) return "rolled back by itself.";
  if (fault === "worker") return facts.wentOn ? "went on under another worker." : "stood still: no worker took it over.";
  if (facts.noticed === undefined) return "nobody noticed.";
  return facts.held ? "noticed and held." : "noticed, but the run went on.";
}
