import { identifyDatabase, withPostgres } from "@/lib/connection/clients/postgres";
import { WriteProbe } from "@/lib/connection/clients/write-probe";
import { newId } from "@/lib/core/ids";
import { isSwitching } from "@/lib/migration/guard-actions";
import type { Reading } from "@/lib/migration/guards";
import { hardSign, type ProbeRound, type ProbeWorld, probeReading } from "@/lib/migration/probe-verdict";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import type { OwnedRun } from "../owned-run";
import { openTarget } from "../step-context";
import { stepsNamed } from "./replication";
import { type GuardSource, openOneOf, type SourceOf, sessionName } from "./source";

/** Rounds that are kept when nobody asks for them. */
const MOST_ROUNDS = 100;

/** Which of the two servers has to answer: decided by the effect of the step that switches. */
export function expectedSide(run: Pick<RunSnapshot, "steps">, step: string): "from" | "to" | "either" {
  const last = stepsNamed(run.steps, step).at(-1);
  if (last === undefined || last.startedAt === null || last.status === "undone" || last.status === "pending") return "from";
  if (last.effectAt === null || last.status === "undoing") return "either";
  return "to";
}

/** Shoots several times a second, from its first reading on, in a loop of its own. */
export class ProbeSource implements GuardSource {
  private probes: { key: string; probe: WriteProbe }[] | null = null;
  private readonly rounds: ProbeRound[] = [];
  private readonly identities = new Map<string, string>();
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly source: SourceOf<"probe">,
    private readonly owned: OwnedRun,
    private readonly guardKey: string,
  ) {}

  async read(from: Date): Promise<Reading> {
    await this.start();
    const world = await this.world();
    const taken = this.rounds.splice(0).filter((round) => round.at > from);
    return probeReading(taken, this.source.read, world);
  }

  urgent(): boolean {
    const last = this.rounds.at(-1);
    return last !== undefined && hardSign(last, this.knownWorld()) !== null;
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.round;
    await Promise.all((this.probes ?? []).map(({ probe }) => probe.close()));
  }

  private async start(): Promise<void> {
    if (this.probes !== null || this.closed) return;
    const { owned, source } = this;
    const egress = await owned.deps.egress();
    const opened = source.connections.map(async (key) => {
      // Under its epoch: rows of a worker that was lost are not ours, and two workers do not write the same one.
      const row = `${owned.id}/${this.guardKey}/${key}/${owned.lease.claim.epoch}`;
      const connection = await openOneOf(owned, key, ["postgres", "pgbouncer"]);
      return { key, probe: new WriteProbe(connection, egress, { table: source.table, row, applicationName: sessionName(owned) }) };
    });
    this.probes = await Promise.all(opened);
    this.shoot();
  }

  private shoot(): void {
    const every = 1_000 / this.source.perSecond;
    const begun = performance.now();
    this.round = this.oneRound().finally(() => {
      if (!this.closed) this.timer = setTimeout(() => this.shoot(), Math.max(1, every - (performance.now() - begun)));
    });
  }

  private async oneRound(): Promise<void> {
    const at = this.owned.now();
    const token = newId();
    const shots = (this.probes ?? []).map(async ({ key, probe }) => ({ connection: key, ...(await probe.shoot(token)) }));
    this.rounds.push({ at, shots: await Promise.all(shots) });
    if (this.rounds.length > MOST_ROUNDS) this.rounds.shift();
  }

  /** @throws Error when a server that has to answer could not be asked who it is */
  private async world(): Promise<ProbeWorld> {
    const { expect } = this.source;
    // The other side only serves the words; once is enough, and it may be away.
    if (expect !== undefined && this.identities.size === 0)
      await Promise.all([this.know(expect.from), this.know(expect.to)].map((one) => one.catch(() => undefined)));
    for (const key of this.sides()) await this.know(key);
    return this.knownWorld();
  }

  private async know(key: string): Promise<void> {
    if (!this.identities.has(key)) this.identities.set(key, await this.identify(key));
  }

  private sides(): string[] {
    const { expect } = this.source;
    if (expect === undefined) return [];
    const side = expectedSide(this.owned.run, expect.step);
    return side === "either" ? [expect.from, expect.to] : [expect[side]];
  }

  private knownWorld(): ProbeWorld {
    const { expect } = this.source;
    const sides = this.sides();
    const allowed = sides.flatMap((key) => this.identities.get(key) ?? []);
    return {
      // As long as one of them is not known, nobody is the wrong one.
      allowed: allowed.length === sides.length ? allowed : [],
      names: new Map([...this.identities].map(([key, identity]) => [identity, key])),
      switching: isSwitching(this.owned.run) || (expect !== undefined && expectedSide(this.owned.run, expect.step) === "either"),
    };
  }

  private async identify(key: string): Promise<string> {
    const connection = await openTarget(this.owned, key, "postgres");
    return await withPostgres(
      connection,
      await this.owned.deps.egress(),
      { applicationName: sessionName(this.owned), statementTimeoutMs: 3_000 },
      async (client) => {
        const { systemIdentifier, database } = await identifyDatabase(client);
        return `${systemIdentifier}/${database}`;
      },
    );
  }
}
