/** Places that may be taken at once in this process: by each holder, and by all together. */
export class Quota {
  readonly #taken = new Map<string, number>();
  readonly #perHolder: number;
  readonly #total: number;
  #size = 0;

  constructor(perHolder: number, total = Number.POSITIVE_INFINITY) {
    this.#perHolder = perHolder;
    this.#total = total;
  }

  /** Takes a place; null when the holder, or everybody, has none left. The returned function gives it back, once. */
  take(holder: string): (() => void) | null {
    const taken = this.#taken.get(holder) ?? 0;
    if (taken >= this.#perHolder || this.#size >= this.#total) return null;
    this.#taken.set(holder, taken + 1);
    this.#size += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#size -= 1;
      const left = (this.#taken.get(holder) ?? 1) - 1;
      if (left <= 0) this.#taken.delete(holder);
      else this.#taken.set(holder, left);
    };
  }

  /** All places that are taken. */
  get size(): number {
    return this.#size;
  }
}

// Next evaluates modules more than once; one count per process is kept on globalThis.
const holder = globalThis as typeof globalThis & { switchyardQuotas?: { streams: Quota; samples: Quota } };

/**
 * The quotas of this process. Streams (R-SEC-23): several browsers of one person, not a flood. Samples (F-MET-5): fewer calls at
 * once than the pool has connections, so that a flood of them leaves room for pages, commands and other senders.
 */
export function quotas(): { streams: Quota; samples: Quota } {
  holder.switchyardQuotas ??= { streams: new Quota(8), samples: new Quota(3, 6) };
  return holder.switchyardQuotas;
}
