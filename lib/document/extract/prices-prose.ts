import type { Extract } from "./types";

/** Prices in headings, sentences and lists that are no bills. */
export const prosePrices: Extract = () => {};
