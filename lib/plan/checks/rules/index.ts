import type { Rule } from "../types";
import { rules as backups } from "./backups";
import { rules as calendar } from "./calendar";
import { rules as configuration } from "./configuration";
import { rules as costTotals } from "./cost-totals";
import { rules as cutoverSafety } from "./cutover-safety";
import { rules as documentConsistency } from "./document-consistency";
import { rules as limitsAndCapacity } from "./limits-and-capacity";
import { rules as networkAndDns } from "./network-and-dns";
import { rules as pricedVsUsed } from "./priced-vs-used";
import { rules as ratiosAndEconomics } from "./ratios-and-economics";
import { rules as rollbackAndDecommission } from "./rollback-and-decommission";
import { rules as triggersAndThresholds } from "./triggers-and-thresholds";

/** Every rule of the plan check, family by family, in the order in which findings of one level are shown. */
export const RULES: readonly Rule[] = [
  ...costTotals,
  ...ratiosAndEconomics,
  ...triggersAndThresholds,
  ...limitsAndCapacity,
  ...pricedVsUsed,
  ...cutoverSafety,
  ...rollbackAndDecommission,
  ...calendar,
  ...backups,
  ...networkAndDns,
  ...configuration,
  ...documentConsistency,
];
