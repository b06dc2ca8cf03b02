import { alerts } from "./alerts";
import { alertFiles } from "./alerts-rules";
import { backups } from "./backups";
import { baselines } from "./baselines";
import { budgets } from "./budgets";
import { environment } from "./environment";
import { FIGURES } from "./figures";
import { matrices } from "./matrices";
import { meta } from "./meta";
import { migrations } from "./migrations";
import { monitors } from "./monitors";
import { network } from "./network";
import { ownCurrency } from "./own-currency";
import { PRICES } from "./prices";
import { replaces } from "./replaces";
import { rollbackConditions } from "./rollback-conditions";
import { software } from "./software";
import { stacks } from "./stacks";
import { STATEMENTS } from "./statements";
import { success } from "./success";
import { triggers } from "./triggers";
import { allowances } from "./triggers-allowances";
import type { Extract } from "./types";
import { workflows } from "./workflows";

/** In this order: later ones leave alone what earlier ones have claimed, and may refer to what they added. */
export const EXTRACTORS: readonly Extract[] = [
  meta,
  stacks,
  triggers,
  allowances,
  matrices,
  alerts,
  alertFiles,
  baselines,
  budgets,
  success,
  ...PRICES,
  migrations,
  workflows,
  environment,
  monitors,
  backups,
  network,
  software,
  // Behind migrations, to which the conditions belong.
  rollbackConditions,
  ...FIGURES,
  replaces,
  ...STATEMENTS,
  ownCurrency,
];
