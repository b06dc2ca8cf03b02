/** How many streams each person may hold open in this process (R-SEC-23): several browsers, not a flood. */
export const STREAMS_PER_PERSON = 8;

export class StreamQuota {
  readonly #open = new Map<string, number>();
  readonly #limit: number;

  constructor(limit = STREAMS_PER_PERSON) {
    this.#limit = limit;
  }

  /** Takes a place; null when the person has none left. The returned function gives it back, once. */
  take(person: string): (() => void) | null {
    const open = this.#open.get(person) ?? 0;
    if (open >= this.#limit) return null;
    this.#open.set(person, open + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.#open.get(person) ?? 1) - 1;
      if (left <= 0) this.#open.delete(person);
      else this.#open.set(person, left);
    };
  }

  /** All open streams. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }
}

// Next evaluates modules more than once; one count per process is kept on globalThis.
const holder = globalThis as typeof globalThis & { switchyardStreams?: StreamQuota };

export function streamQuota(): StreamQuota {
  holder.switchyardStreams ??= new StreamQuota();
  return holder.switchyardStreams;
}
