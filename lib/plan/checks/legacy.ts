import { backups, counts } from "./counts";
import { decommissionBeforeEnd } from "./decommission";
import { hosts } from "./hosts";
import { copyOrder, rollbackConditions } from "./rollback";
import type { Check } from "./types";

/** Checks that are not yet rules of their own; to be moved into rules/ one by one. */
export const LEGACY: readonly Check[] = [rollbackConditions, copyOrder, decommissionBeforeEnd, hosts, counts, backups];
