import { backups } from "./backups";
import { environment } from "./environment";
import { FIGURES } from "./figures";
import { monitors } from "./monitors";
import { network } from "./network";
import { PRICES } from "./prices";
import { software } from "./software";
import { stacks } from "./stacks";
import { STATEMENTS } from "./statements";
import type { Extract } from "./types";

/** In this order: later ones leave alone what earlier ones have claimed, and may refer to what they added. */
export const EXTRACTORS: readonly Extract[] = [stacks, ...PRICES, environment, monitors, backups, network, software, ...FIGURES, ...STATEMENTS];
