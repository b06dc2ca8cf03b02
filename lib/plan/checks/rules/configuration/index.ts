import type { Rule } from "../../types";
import { rule as configVsArchitecture } from "./config-vs-architecture";
import { rule as nameDrift } from "./name-drift";
import { rule as policyVsConfig } from "./policy-vs-config";
import { rule as referencedArtifactMissing } from "./referenced-artifact-missing";
import { rule as regionConflict } from "./region-conflict";
import { rule as regionDiffers } from "./region-differs";
import { rule as sameThingThreePlaces } from "./same-thing-three-places";
import { rule as unsetSecret } from "./unset-secret";
import { rule as valueDrift } from "./value-drift";

export const rules: readonly Rule[] = [
  unsetSecret,
  configVsArchitecture,
  valueDrift,
  policyVsConfig,
  sameThingThreePlaces,
  referencedArtifactMissing,
  nameDrift,
  regionDiffers,
  regionConflict,
];
