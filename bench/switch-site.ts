import pg from "pg";
import { postgresSwitch } from "@/lib/migration/executors/move/switch";
import { switchConnections } from "@/lib/migration/executors/move/testing/following";
import { driveSync, moveContext, moverConnections, sql, syncStep, undoing } from "@/lib/migration/executors/move/testing/site";
import { drive, type TestContext, testContext } from "@/lib/migration/executors/testing/context";
import type { Facts } from "@/lib/migration/executors/types";
import { runStep, type StepOf } from "@/lib/migration/types";
import { giveIdentities } from "@/lib/practice/identities";
import { SCHEMA_SQL } from "@/lib/practice/sample-data";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite, PracticeVersion } from "@/lib/practice/types";
import { makeLedgerTables } from "@/worker/faults/rig/ledger";
import { switchConfig } from "@/worker/faults/rig/switch-stage";
import { BEGIN_MB, grow } from "./grow";

/* A practice site of a chosen size and version that was copied and follows, ready to be switched. */

const RUN = "0199a000-0000-7000-8000-00000000000b";
const COPY_LIMIT_MS = 60 * 60_000;
const SWITCH_LIMIT_MS = 120_000;

async function asOwner(database: PracticeDatabase | null, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: database?.dsn ?? "" });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Copies everything and returns when the target follows. The structure is there already: version 18 may come without a pg_dump. */
async function copy(site: PracticeSite): Promise<void> {
  await asOwner(site.target, (client) => client.query(SCHEMA_SQL));
  for (const side of [site.source, site.target]) await asOwner(side, (client) => makeLedgerTables(client));
  await sql(site.target, "TRUNCATE fault_ledger, fault_counter, fault_probe");
  await giveIdentities(site);
  await giveIdentities({ ...site, source: site.target });
  const { result } = await driveSync(syncStep({ schema: "prepared" }), moveContext(moverConnections(site), { runId: RUN }), undefined, COPY_LIMIT_MS);
  if (result.type !== "done") throw new Error(`The copy ${result.type}: ${"reason" in result ? result.reason : ""}`);
}

/** One switch, with the real executor and a real helper beside it. */
export interface Switched {
  /** Milliseconds of the clock. */
  from: number;
  until: number;
  /** Milliseconds of the clock when each line of the cutover was done; `line-1`: right before the pause. */
  lines: Record<string, number>;
}

export interface SwitchSite {
  site: PracticeSite;
  bytes: number;
  /** Leads the application to the target, or back. @throws Error when it was not switched */
  go: (direction: "apply" | "undo") => Promise<Switched>;
  end: () => Promise<void>;
}

/** Starts, fills and copies a site. */
export async function openSwitchSite(dir: string, version: PracticeVersion, megabytes: number, say: (message: string) => void): Promise<SwitchSite> {
  const versions = { source: version, target: version };
  const site = await startPractice({ dir, versions, sizeMb: Math.min(BEGIN_MB, megabytes), writesPerSecond: 0, requestsPerSecond: 1, allowMissing: true });
  try {
    const bytes = await grow(site, megabytes);
    say(`PostgreSQL ${version}: copying ${Math.round(bytes / 1_000_000)} MB`);
    await copy(site);
    const step = runStep.parse({ key: "move.switch", title: "Switch", kind: "postgres.switch", with: switchConfig(site, { schemas: undefined }) });
    const ours = step as StepOf<"postgres.switch">;
    const context = (before: Facts | null): TestContext => testContext(switchConnections(site), { runId: RUN, stepKey: "move.switch", before });
    const before = (await postgresSwitch.observe(ours, context(null))).facts;
    const go = async (direction: "apply" | "undo"): Promise<Switched> => {
      const lines: Record<string, number> = {};
      const crashPoint = (name: string) => {
        lines[name] = Date.now();
      };
      const one = { ...(direction === "apply" ? context(before) : undoing(context(before))), crashPoint };
      const from = Date.now();
      const result = await drive((given) => postgresSwitch[direction](ours, given), one, SWITCH_LIMIT_MS);
      if (result.type !== "done") throw new Error(`The switch ${result.type}: ${"reason" in result ? result.reason : ""}`);
      return { from, until: Date.now(), lines };
    };
    return { site, bytes, go, end: () => site.stop() };
  } catch (error) {
    await site.stop();
    throw error;
  }
}
