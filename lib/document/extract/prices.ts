import type { Extract } from "./types";

/** Everything about money but the outline of the stacks, in order. */
export const PRICES: readonly Extract[] = [];
