/*
 * Every extractor asks the same of the same lines: what is normalised, which numbers, limits and amounts it has. The
 * answers are kept while a document is read and forgotten after it. They are shared: nobody may change one.
 */

/** Answers kept of one question; more distinct lines than this a document of the largest size has only if it is made so. */
const MAX_ANSWERS = 120_000;
/** Longer texts are rare, and not worth keeping. */
const MAX_LENGTH = 600;

const kept: Map<string, unknown>[] = [];
let open = false;

/** The same pure function, with its answers kept while a document is read. */
export function remembered<A>(ask: (text: string) => A): (text: string) => A {
  const answers = new Map<string, A>();
  kept.push(answers);
  return (text) => {
    if (!open || text.length > MAX_LENGTH) return ask(text);
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = ask(text);
    if (answers.size >= MAX_ANSWERS) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}

/** Keeps answers during a piece of work, and drops them after it. */
export function remembering<R>(work: () => R): R {
  if (open) return work();
  open = true;
  try {
    return work();
  } finally {
    open = false;
    for (const answers of kept) answers.clear();
  }
}
