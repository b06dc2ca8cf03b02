import type { AuthorityState } from "@/lib/migration/executors/move/authority";
import type { PoolerSide } from "@/lib/migration/executors/move/poolers";

/*
 * What to do after a worker was lost in the middle of a switch: by what is seen, never by what was probably done
 * (reliability-security.md §2.4). Giving and taking are the sides of this direction: undo is the same the other way round.
 */

/** What one server says about itself; `unmade`: it has no row yet; `unreachable`: it cannot be asked. */
export type SideSeen = AuthorityState | "unmade" | "unreachable";

export interface SwitchSeen {
  giving: SideSeen;
  taking: SideSeen;
  /** Whether the application's roles can log in on the taking side, whatever its row says; null: cannot be seen. */
  takingAdmits: boolean | null;
  /** One for each pooler; null: it does not answer. */
  poolers: readonly ({ side: PoolerSide; paused: boolean } | null)[];
  /** The taking side is barred: somebody has begun to call the switch off after its decision. */
  takingBarred: boolean;
  /** Somebody has gone to open the taking side while the giving one did not answer. */
  openedAlone: boolean;
  /** COMMIT_TARGET was durable in our own database, with the proof that the pipe was empty. */
  committed: boolean;
  /** That proof, checked again now; null: it cannot be checked because the giving side does not answer. */
  drained: boolean | null;
}

/**
 * `nothing`: nothing has happened. `call-off`: the giving side goes on. `forward`: the taking side goes on. `fence-now`:
 * applications are on the taking side and the giving side is open to them too. `wait`: nothing may be touched until more can be seen.
 */
export type SwitchAction = "nothing" | "call-off" | "forward" | "fence-now" | "wait";

export interface SwitchDecision {
  action: SwitchAction;
  /** For the journal: what was seen and what it means. */
  why: string;
}

const decide = (action: SwitchAction, why: string): SwitchDecision => ({ action, why });

/** The one decision; every later owner of the same observation comes to the same. */
export function decideSwitch(seen: SwitchSeen): SwitchDecision {
  const answering = seen.poolers.filter((pooler) => pooler !== null);
  const onTaking = answering.filter((pooler) => pooler.side === "taking");
  if (seen.poolers.length > 0 && answering.length === 0) return decide("wait", "No pooler answers: nothing is touched until one does.");
  if (seen.taking === "open")
    return decide(seen.giving === "open" ? "fence-now" : "forward", "The taking side is open to the application: the switch was decided.");
  if (seen.giving === "closed") {
    if (seen.taking === "unreachable") return decide("wait", "The switch was decided and the taking side does not answer: it is waited for.");
    return decide("forward", "The giving side is closed: the switch was decided.");
  }
  if (seen.giving === "open" || seen.giving === "unmade") return undecided(seen, answering, onTaking.length);
  if (seen.giving === "unreachable" && seen.taking === "unreachable") return decide("wait", "Neither server answers: nothing is touched until one does.");
  if (seen.openedAlone && seen.taking === "unreachable")
    return decide("wait", "The taking side may be open to the application and does not answer: it is waited for.");
  if (seen.giving === "unreachable" && seen.takingBarred) return decide("call-off", "The switch is being called off, and the giving side may be open already.");
  // Fenced, or it cannot be asked: what was durable before decides, and a fence that holds has to prove itself again.
  const proven = seen.giving === "fenced" ? seen.drained === true : seen.drained !== false;
  if (seen.committed && proven && seen.taking !== "unreachable")
    return decide("forward", "COMMIT_TARGET was durable and nothing contradicts the proof of the empty pipe.");
  if (seen.committed && !proven) return decide("call-off", "COMMIT_TARGET was durable, but the pipe is not proven empty any more.");
  return decide("call-off", "The switch was not decided: the giving side goes on.");
}

/** The giving side is open: only the poolers and the other server's roles can be out of place. */
function undecided(seen: SwitchSeen, answering: readonly { side: PoolerSide; paused: boolean }[], onTaking: number): SwitchDecision {
  if (answering.some((pooler) => pooler.side === "other" && !pooler.paused))
    return decide("wait", "A pooler leads to a third server: a person has to say where it belongs.");
  if (onTaking > 0 && seen.takingAdmits !== false)
    return decide("fence-now", "Poolers lead to the taking side, which admits the application, while the giving side is open too.");
  if (onTaking > 0) return decide("call-off", "Poolers disagree with the servers, and no application could write on the taking side: they are led back.");
  if (answering.length < seen.poolers.length) return decide("call-off", "A pooler does not answer; nothing was decided, the others go on.");
  if (answering.some((pooler) => pooler.paused)) return decide("call-off", "Poolers are paused, nothing was decided.");
  return decide("nothing", "Nothing had happened yet.");
}
