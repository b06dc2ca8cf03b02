export interface FaultSelection {
  /** Fault files that were named (`examples` for `examples.fault.ts`); empty: all. */
  files: string[];
  /** What a case's name must hold; null: anything. */
  pattern: RegExp | null;
}

/**
 * What a person names on the command line. A word that is the name of a fault file means its cases, any other word those whose
 * name holds it, with `F-ENG-1` not meaning `F-ENG-11`; both together mean the cases of that name in those files.
 */
export function selectFaults(words: readonly string[], files: readonly string[]): FaultSelection {
  const fileOf = (word: string) => files.find((file) => file === `${word.replace(/\.fault(\.ts)?$/, "")}.fault.ts`);
  const names = words.filter((word) => fileOf(word) === undefined);
  const one = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + (/\d$/.test(word) ? "(?!\\d)" : "");
  return { files: words.flatMap((word) => fileOf(word) ?? []), pattern: names.length === 0 ? null : new RegExp(names.map(one).join("|")) };
}
