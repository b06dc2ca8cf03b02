import { COPY_WORDS, settleHome } from "@/lib/service/home-database";
import type { WorkerDeps } from "./deps";

/** Asked before anything is taken up: a worker acts in the installation's own database only, and says so in its log. */
export class Home {
  private copy = false;

  constructor(private readonly deps: Pick<WorkerDeps, "leases" | "log">) {}

  /** Whether the worker may act here. */
  async here(): Promise<boolean> {
    const copy = await settleHome(this.deps.leases);
    if (copy && !this.copy) this.deps.log.error({}, COPY_WORDS);
    if (!copy && this.copy) this.deps.log.info({}, "this database is the installation's own now: runs are carried out");
    this.copy = copy;
    return !copy;
  }
}
