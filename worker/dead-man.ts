import { createInterface } from "node:readline";
import type pg from "pg";
import { connectPostgres } from "@/lib/connection/clients/postgres";
import { createEgress } from "@/lib/connection/egress";
import type { Connection, Egress } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { bar, NotHolder, readAuthority } from "@/lib/migration/executors/move/authority";
import type { DeadManOrders } from "@/lib/migration/executors/move/dead-man-orders";
import { sessionName } from "@/lib/migration/executors/move/names";
import { Pooler } from "@/lib/migration/executors/move/poolers";
import { callOff, goForward, type Settling } from "@/lib/migration/executors/move/switch-settle";

/*
 * The dead-man helper of a switch (R-PG-5): a process and session of its own, started before a pooler is paused. When
 * its worker is gone, or does not disarm it in time, it brings the switch to its end alone: back while nothing was decided,
 * forward when it was. The row of the giving server decides, so that it and a worker that only stood still can never
 * both be right; once the decision may be durable, the row of the taking one as well (authority.ts). Orders and secrets come
 * on standard input; the end of that input is the end of the worker.
 */

const RETRY_MS = 250;
/** Milliseconds after which a helper that cannot reach anything gives up; a later owner of the run has taken over long ago. */
const GIVE_UP_MS = 600_000;
const SESSION = { statementTimeoutMs: 4_000, answerMs: 5_000 };

/** One server, opened again whenever its session broke. */
class Server {
  private client: pg.Client | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly egress: Egress,
    private readonly applicationName: string,
  ) {}

  async open(): Promise<pg.Client> {
    this.client ??= await connectPostgres(this.connection, this.egress, { applicationName: this.applicationName, ...SESSION });
    return this.client;
  }

  /** The open session. @throws Error when there is none */
  get session(): pg.Client {
    if (this.client === null) throw new Error(`${this.connection.key} does not answer`);
    return this.client;
  }

  drop(): void {
    this.client?.end().catch(() => undefined);
    this.client = null;
  }
}

class DeadMan {
  private timer: NodeJS.Timeout | null = null;
  private acting = false;
  /** COMMIT_TARGET may be durable: a later owner may open the taking side without the giving one. */
  private committing = false;
  private readonly giving: Server;
  private readonly taking: Server;
  private readonly poolers: Pooler[];

  constructor(
    private readonly orders: DeadManOrders,
    egress: Egress,
  ) {
    const name = sessionName(orders.runId, orders.epoch);
    this.giving = new Server(orders.giving, egress, name);
    this.taking = new Server(orders.taking, egress, name);
    this.poolers = orders.poolers.map((entry) => new Pooler(entry, egress, name));
  }

  /** Logs in everywhere beforehand: it must not depend on a login when it matters. */
  async getReady(): Promise<void> {
    await Promise.all([this.giving.open(), this.taking.open(), ...this.poolers.map((pooler) => pooler.admin.open())]);
  }

  arm(ms: number | null): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = ms === null ? null : setTimeout(() => void this.act("not disarmed in time"), ms);
  }

  /** False: it acts already. What it looked at before does not know of the decision, so it must not be made any more. */
  note(): boolean {
    if (this.acting) return false;
    this.committing = true;
    return true;
  }

  /** Tries until the switch is at one of its ends, or somebody else has taken it over. */
  async act(why: string): Promise<void> {
    if (this.acting) return;
    this.acting = true;
    say({ acting: why });
    const end = performance.now() + GIVE_UP_MS;
    while (performance.now() < end) {
      try {
        await this.settle();
        break;
      } catch (error) {
        if (error instanceof NotHolder) break;
        say({ problem: messageOf(error) });
        this.giving.drop();
        this.taking.drop();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    process.exit(0);
  }

  private async settle(): Promise<void> {
    const { holder, runId } = this.orders;
    await Promise.allSettled([this.giving.open(), this.taking.open()]);
    const settling: Settling = { runId, holder, giving: () => this.giving.session, taking: () => this.taking.session, poolers: this.poolers };
    const row = await readAuthority(this.giving.session, holder.hash).catch(() => null);
    if (row !== null && row.token !== holder.token) throw new NotHolder("The helper");
    if (row?.state === "closed") return await goForward(settling);
    if (this.committing) await bar(this.taking.session, holder);
    await callOff(settling);
  }
}

function say(message: Record<string, unknown>): void {
  try {
    process.stdout.write(`${JSON.stringify(message)}\n`);
  } catch {
    // Nobody listens any more.
  }
}

let deadMan: DeadMan | null = null;

async function hear(line: string): Promise<void> {
  const message = JSON.parse(line) as { orders?: DeadManOrders; allowLoopback?: boolean; arm?: number | null; disarm?: boolean; committing?: boolean };
  if (message.orders !== undefined) {
    deadMan = new DeadMan(message.orders, createEgress({ allowLoopback: message.allowLoopback === true }));
    await deadMan.getReady();
    say({ ready: true });
  }
  if (message.arm !== undefined) deadMan?.arm(message.arm);
  if (message.committing === true && deadMan?.note() === true) say({ noted: true });
  if (message.disarm === true) process.exit(0);
}

process.stdout.on("error", () => undefined);
process.on("SIGHUP", () => undefined);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => (deadMan === null ? process.exit(0) : void deadMan.act(signal)));
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  hear(line).catch((error: unknown) => {
    say({ failed: messageOf(error) });
    process.exit(1);
  });
});
input.on("close", () => (deadMan === null ? process.exit(0) : void deadMan.act("its worker is gone")));
