import { PgbouncerAdmin } from "@/lib/connection/clients/pgbouncer";
import type { Reading } from "@/lib/migration/guards";
import type { OwnedRun } from "../owned-run";
import { openTarget } from "../step-context";
import { type GuardSource, type SourceOf, sessionName } from "./source";

/** Clients that wait for a server connection, or how long the longest has waited (`SHOW POOLS`). */
export class PoolerSource implements GuardSource {
  private admin: PgbouncerAdmin | null = null;

  constructor(
    private readonly source: SourceOf<"pooler">,
    private readonly owned: OwnedRun,
  ) {}

  async read(): Promise<Reading> {
    const { owned, source } = this;
    this.admin ??= new PgbouncerAdmin(await openTarget(owned, source.connection, "pgbouncer"), await owned.deps.egress(), sessionName(owned));
    const at = owned.now();
    // Pools of an entry that does not exist are empty, and nobody waits in them.
    await this.admin.state(source.database);
    const pool = await this.admin.pools(source.database);
    return { type: "value", value: source.read === "waiting" ? pool.clientsWaiting : pool.maxWaitSeconds, at };
  }

  close(): void {
    this.admin?.close();
    this.admin = null;
  }
}
