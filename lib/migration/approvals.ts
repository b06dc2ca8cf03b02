import type { GateState, VerdictState } from "./snapshot";

/* Who may give a verdict, and whether the verdicts given are still enough (R-APR-1 to R-APR-9). Pure. */

/** A person as the gate sees them. */
export interface Verdicter {
  userId: string;
  /** Signed in as a person, not through a token. */
  isPerson: boolean;
  /** The role grants approvals and the account is not disabled. */
  entitled: boolean;
}

/** What is known around a gate. Sharper rules apply at once, softer ones only to new gates (R-APR-5). */
export interface GateWorld {
  planHash: string;
  soloNow: boolean;
  requiredNow: number;
  createdById: string;
  /** Last person who edited the runbook by hand; null when it comes from the plan. */
  editorId: string | null;
}

/** Every reason why this person may not approve; empty: may. */
export function approveRefusals(gate: GateState, person: Verdicter, world: GateWorld, now: Date): string[] {
  const solo = gate.soloAllowed && world.soloNow;
  const own = [gate.requestedById, world.createdById, world.editorId].includes(person.userId);
  return [
    ...verdictRefusals(gate, person, world.planHash, now),
    ...(own && !solo ? ["Whoever requested the run or edited its runbook cannot approve it: a second person has to."] : []),
  ];
}

/** Every reason why this person may not reject. Rejecting the own request is allowed: it only makes things safer. */
export function verdictRefusals(gate: GateState, person: Verdicter, planHash: string, now: Date): string[] {
  const reasons: string[] = [];
  if (!person.isPerson) reasons.push("Only a person signed in to a browser can give a verdict, never a token.");
  if (!person.entitled) reasons.push("Your role does not include approvals.");
  if (gate.status !== "open") reasons.push(`This request is ${gate.status}.`);
  else if (gate.expiresAt <= now) reasons.push("This request has expired: it has to be asked for again.");
  if (gate.planHash !== planHash) reasons.push("The plan has changed since the request.");
  if (gate.verdicts.some((verdict) => verdict.approverId === person.userId)) reasons.push("You have already given your verdict.");
  return reasons;
}

export interface Standing {
  approved: boolean;
  expired: boolean;
  /** Approvals that count now. */
  count: number;
  required: number;
  reasons: string[];
}

/** Whether the verdicts of a gate are enough at this moment for exactly this plan. Asked again at execution. */
export function standing(gate: GateState, planHash: string, now: Date, requiredNow = 1): Standing {
  const required = Math.max(gate.required, requiredNow);
  const counting = gate.verdicts.filter((verdict) => counts(verdict, planHash));
  const expired = gate.expiresAt <= now;
  const reasons: string[] = [];
  if (gate.status === "rejected" || gate.verdicts.some((verdict) => verdict.verdict === "reject")) reasons.push("The request was rejected.");
  if (gate.planHash !== planHash) reasons.push("The approval was given for another plan.");
  if (gate.status === "void") reasons.push("The approval is void.");
  if (expired || gate.status === "expired") reasons.push("The approval has expired.");
  if (counting.length < required) reasons.push(missing(gate, counting.length, required));
  return { approved: reasons.length === 0, expired, count: counting.length, required, reasons };
}

function counts(verdict: VerdictState, planHash: string): boolean {
  return verdict.verdict === "approve" && verdict.planHash === planHash && verdict.stillEntitled;
}

function missing(gate: GateState, count: number, required: number): string {
  const lost = gate.verdicts.filter((verdict) => verdict.verdict === "approve" && !verdict.stillEntitled).map((verdict) => verdict.approverName);
  const who = lost.length > 0 ? ` ${lost.join(", ")} may no longer approve.` : "";
  return `${count} of ${required} approvals are there.${who}`;
}
