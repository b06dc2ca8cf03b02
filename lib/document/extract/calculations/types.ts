import type { Entry } from "../../draft";

export type Calculation = Entry<"calculations"> & { line: number };
