/** Minor versions that must not, or should not, publish or follow changes. Data: add a line when a release fixes such a fault. */
export interface KnownBad {
  major: number;
  /** First minor version concerned; 0 for all from the start of the major version. */
  from: number;
  /** First minor version that is good again. */
  fixedIn: number;
  level: "warn" | "block";
  why: string;
}

const LOST_CHANGES = "changes can be lost when a publication or a table's structure is changed while others write";
const INVALIDATIONS = "decoding can fail for want of memory when structures change beside long transactions";
const RESTART = "after a crash a slot can need WAL that was already removed";

export const KNOWN_BAD: readonly KnownBad[] = [
  { major: 15, from: 0, fixedIn: 13, level: "block", why: LOST_CHANGES },
  { major: 16, from: 0, fixedIn: 9, level: "block", why: LOST_CHANGES },
  { major: 17, from: 0, fixedIn: 5, level: "block", why: LOST_CHANGES },
  { major: 15, from: 13, fixedIn: 14, level: "warn", why: `${INVALIDATIONS}; ${RESTART}` },
  { major: 16, from: 9, fixedIn: 10, level: "warn", why: `${INVALIDATIONS}; ${RESTART}` },
  { major: 17, from: 5, fixedIn: 6, level: "warn", why: `${INVALIDATIONS}; ${RESTART}` },
];

/** What is known against a version, the worst first. `version` is `server_version_num`. */
export function knownAgainst(version: number, list: readonly KnownBad[] = KNOWN_BAD): KnownBad[] {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  return list
    .filter((entry) => entry.major === major && minor >= entry.from && minor < entry.fixedIn)
    .sort((a, b) => Number(b.level === "block") - Number(a.level === "block"));
}
