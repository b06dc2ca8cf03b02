import { calculations } from "./calculations";
import { capacities } from "./capacities";
import { channels } from "./channels";
import { comparisons } from "./comparisons";
import { connections } from "./connections";
import { created } from "./created";
import { drawings } from "./drawings";
import { economics } from "./economics";
import { freeHours } from "./free-hours";
import { matrixStacks } from "./matrix-stacks";
import { memoryLimits } from "./memory-limits";
import { outcomes } from "./outcomes";
import { replacements } from "./replacements";
import { savingClaims } from "./saving-claims";
import { scalingLimits } from "./scaling-limits";
import { ties } from "./ties";
import type { Extract } from "./types";
import { usage } from "./usage";

/** Figures a plan can be held to, for the checks. Runs behind prices, migrations and metrics: some of them add to what these have read. */
export const FIGURES: readonly Extract[] = [
  matrixStacks,
  capacities,
  channels,
  connections,
  created,
  memoryLimits,
  drawings,
  comparisons,
  calculations,
  freeHours,
  outcomes,
  replacements,
  savingClaims,
  economics,
  ties,
  usage,
  scalingLimits,
];
