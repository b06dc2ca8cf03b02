import type { Entry } from "../../draft";

export type Told = Entry<"toldFigures">;
export type Figure = Told["figure"];

/** A value at a position of a text. */
export interface Value {
  figure: Figure;
  start: number;
  end: number;
  value: number | string;
  max: number | null;
  /** What it is a figure of, where its own words say so. */
  of?: string;
}
