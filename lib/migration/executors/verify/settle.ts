/*
 * Which rows really differ. While the source is written to, a row can differ only because the target has not got the
 * newest change yet. A row counts as different when the source had the same value before and after the target, which had
 * everything written before, was read, and the target had another one: twice. Pure.
 */

/** Key and value of rows that were asked for; a row that is not there is not in it. */
export type Seen = ReadonlyMap<string, string>;

export interface Round {
  /** The source before the target caught up, the target then, and the source again. */
  before: Seen;
  target: Seen;
  after: Seen;
}

export type Kind = "missing" | "extra" | "different";

export interface RowDifference {
  key: string;
  kind: Kind;
}

/** Rounds in which a row has to differ before it counts. */
export const PROOFS = 2;

export type Standing = Map<string, number>;

/** One more look at the rows that are still open; settled ones leave `open`, proven ones are returned. */
export function judgeRound(open: Standing, round: Round): RowDifference[] {
  const proven: RowDifference[] = [];
  for (const [key, proofs] of [...open]) {
    const [before, target, after] = [round.before.get(key), round.target.get(key), round.after.get(key)];
    if (target === before || target === after) open.delete(key);
    else if (before !== after) continue;
    else if (proofs + 1 < PROOFS) open.set(key, proofs + 1);
    else {
      open.delete(key);
      proven.push({ key, kind: target === undefined ? "missing" : before === undefined ? "extra" : "different" });
    }
  }
  return proven;
}

export interface ListedRow {
  at: string;
  key: string;
  value: string;
}

/** Keys whose values differ, from both lists in the order of `at`, one row of each at a time. Stops after `most`. */
export async function differingKeys(
  source: AsyncIterator<ListedRow>,
  target: AsyncIterator<ListedRow>,
  most: number,
): Promise<{ keys: string[]; more: boolean }> {
  const keys: string[] = [];
  let [a, b] = [await source.next(), await target.next()];
  while (a.done !== true || b.done !== true) {
    const order = a.done === true ? 1 : b.done === true ? -1 : a.value.at < b.value.at ? -1 : a.value.at > b.value.at ? 1 : 0;
    if (order === 0 && a.done !== true && b.done !== true) {
      if (a.value.key !== b.value.key) keys.push(a.value.key, b.value.key);
      else if (a.value.value !== b.value.value) keys.push(a.value.key);
      [a, b] = [await source.next(), await target.next()];
    } else if (order < 0 && a.done !== true) {
      keys.push(a.value.key);
      a = await source.next();
    } else if (b.done !== true) {
      keys.push(b.value.key);
      b = await target.next();
    }
    if (keys.length >= most) return { keys: keys.slice(0, most), more: true };
  }
  return { keys, more: false };
}
