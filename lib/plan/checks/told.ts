import type { Plan } from "../types";

export type Told = Plan["toldFigures"][number];

/** A figure with its place in the plan. */
export interface ToldAt {
  told: Told;
  path: string;
}

/** Two places that tell the same figure differently. */
export interface Difference {
  /** The one that stands alone, or the later one. */
  odd: ToldAt;
  /** Those it differs from. */
  others: ToldAt[];
}

/** Figures that differ although they are figures of one thing. Pure. */
export function differences(plan: Plan): Difference[] {
  const groups = new Map<string, ToldAt[]>();
  plan.toldFigures.forEach((told, i) => {
    const key = [
      SIZES.has(told.figure) && isName(told.of) ? "size" : told.figure,
      told.of ?? "",
      ...(told.qualifiers ?? []).filter((one) => !SOFT.has(one)).toSorted(),
    ].join("|");
    groups.set(key, [...(groups.get(key) ?? []), { told, path: `toldFigures[${i}]` }]);
  });
  const seen = new Set<string>();
  return [...groups.values()]
    .flatMap((group) => byRhythm(group))
    .flatMap((group) => inGroup(group))
    .filter(({ odd, others }) => {
      // A thing may be known by its kind and by its name.
      const key = [odd, ...others]
        .map(({ told }) => String(told.line))
        .toSorted()
        .join(",");
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

/** How often something is saved: said in one place, it may be left out in the other. */
const SOFT: ReadonlySet<string> = new Set(["daily", "full"]);
const softOf = ({ told }: ToldAt) => (told.qualifiers ?? []).filter((one) => SOFT.has(one)).join("|");

/** Where only one rhythm is named, all places may mean it; where several are, each stands alone. */
function byRhythm(group: readonly ToldAt[]): ToldAt[][] {
  const named = new Set(group.map(softOf).filter((one) => one !== ""));
  return named.size <= 1 ? [[...group]] : [...named, ""].map((one) => group.filter((at) => softOf(at) === one));
}

const SIZES: ReadonlySet<string> = new Set(["memory", "disk", "data", "size"]);
/** Names have figures in them, kinds have none. */
const isName = (of: string | undefined) => of !== undefined && /\d/.test(of);

function inGroup(group: readonly ToldAt[]): Difference[] {
  const found: Difference[] = [];
  const settled = new Set<ToldAt>();
  for (const one of group) {
    if (settled.has(one) || isTold(one, group)) continue;
    const against = opposed(one, group);
    const [first] = against;
    // Several other values: which one is meant is not known.
    if (first === undefined || new Set(against.map(({ told }) => told.value)).size > 1) continue;
    // One against one: the later one is told.
    const later = against.length === 1 && group.indexOf(first) > group.indexOf(one) && !isTold(first, group);
    found.push(later ? { odd: first, others: [one] } : { odd: one, others: against });
    settled.add(later ? first : one);
  }
  return found;
}

/** Whether another place tells the same. */
const isTold = (one: ToldAt, group: readonly ToldAt[]) =>
  group.some(
    (other) =>
      other !== one && other.told.line !== one.told.line && (one.told.side === undefined || sameSide(one.told, other.told)) && agree(one.told, other.told),
  );

const opposed = (one: ToldAt, group: readonly ToldAt[]) =>
  group.filter(
    (other) =>
      other !== one &&
      other.told.line !== one.told.line &&
      sameFigure(one.told, other.told) &&
      sameSide(one.told, other.told) &&
      contradict(one.told, other.told),
  );

/** "16 GB" without a word may be any size of a machine. */
const sameFigure = (a: Told, b: Told) => a.figure === b.figure || a.figure === "size" || b.figure === "size";
const agree = (a: Told, b: Told) => sameFigure(a, b) && !contradict(a, b);

/** Said of the same side, and of no two phases or waves. */
const sameSide = (a: Told, b: Told) =>
  (a.side === b.side || (a.side !== "old" && b.side !== "old")) && (a.part === undefined || b.part === undefined || a.part === b.part);

/** Whether both cannot be true. */
export function contradict(a: Told, b: Told): boolean {
  if (typeof a.value === "string" || typeof b.value === "string") return !sameVersion(String(a.value), String(b.value));
  const slack = a.approximate === true || b.approximate === true ? 0.15 : 0.001;
  const low = { min: a.value, max: a.max ?? a.value };
  const high = { min: b.value, max: b.max ?? b.value };
  const apart = low.min > high.max * (1 + slack) || high.min > low.max * (1 + slack);
  if (a.bound === b.bound) return apart;
  if (a.bound === "at-most" && b.bound === undefined) return high.min > low.max * (1 + slack);
  if (b.bound === "at-most" && a.bound === undefined) return low.min > high.max * (1 + slack);
  if (a.bound === "at-least" && b.bound === undefined) return high.max < low.min * (1 - slack);
  if (b.bound === "at-least" && a.bound === undefined) return low.max < high.min * (1 - slack);
  return false;
}

/** "16" and "16.4" are one. */
const sameVersion = (a: string, b: string) => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

const HOUR = 3_600;
const DAY = 86_400;

/** "4 h", "14 days", "16 GB", "8 vCPU", "40". */
export function shownTold({ figure, value, max }: Told): string {
  const one = (amount: number) => plainOf(figure, amount);
  if (typeof value === "string") return value;
  return max === undefined ? one(value) : `${one(value)} to ${one(max)}`;
}

function plainOf(figure: Told["figure"], value: number): string {
  if (figure === "memory" || figure === "disk" || figure === "data" || figure === "size")
    return value < 1 ? `${rounded(value * 1024)} MB` : `${rounded(value)} GB`;
  if (figure === "cpu") return `${value} vCPU`;
  if (figure === "instances" || figure === "pool-size" || figure === "max-connections" || figure === "setting") return String(value);
  if (value >= DAY && value % DAY === 0) return `${value / DAY} ${value === DAY ? "day" : "days"}`;
  if (value >= HOUR && value % HOUR === 0) return `${value / HOUR} h`;
  return value >= 60 && value % 60 === 0 ? `${value / 60} min` : `${rounded(value)} s`;
}

const rounded = (value: number) => Number(value.toFixed(2));
