import type { Extract } from "./types";

/** In this order: later ones leave alone what earlier ones have claimed, and may refer to what they added. */
export const EXTRACTORS: readonly Extract[] = [];
