import type { Rule } from "../../types";
import { rule as resourceWithoutPrice } from "./resource-without-price";

export const rules: readonly Rule[] = [resourceWithoutPrice];
