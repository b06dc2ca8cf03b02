/** Units that are known well enough to be compared: what they measure and their size. */
const UNITS: Record<string, [kind: string, factor: number]> = {
  ms: ["time", 1e-3],
  s: ["time", 1],
  seconds: ["time", 1],
  minutes: ["time", 60],
  min: ["time", 60],
  hours: ["time", 3_600],
  kb: ["bytes", 1e3],
  mb: ["bytes", 1e6],
  gb: ["bytes", 1e9],
  tb: ["bytes", 1e12],
  percent: ["share", 1],
  "%": ["share", 1],
  users: ["users", 1],
  "usd/month": ["money per month", 1],
  "usd/year": ["money per year", 1],
};

/** What a unit measures and its size in the base unit of that kind; undefined for any other unit. */
export function knownUnit(unit: string | undefined): { kind: string; factor: number } | undefined {
  const found = unit === undefined ? undefined : UNITS[unit.trim().toLowerCase()];
  return found === undefined ? undefined : { kind: found[0], factor: found[1] };
}
