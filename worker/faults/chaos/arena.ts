import { messageOf } from "@/lib/core/errors";
import type { PracticeSite } from "@/lib/practice/types";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import type { ControlCluster } from "../rig/control-cluster";
import { type FaultProxy, through } from "../rig/proxy";
import { endSiteProcesses, type SiteProcess, siteProcess } from "../rig/site-process";
import { workerEnvironment } from "./migration";
import type { ScheduledBlow } from "./schedule";

/* Everything that can be struck, and the striking: two workers, our own database and the way to it, the servers of the site. */

/** Lines of a worker's log that are told. */
const WORDS = 8;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Arena {
  private readonly workers: (TestChild | null)[] = [null, null];
  private readonly servers: Record<"restart pooler" | "kill source" | "kill target", SiteProcess>;
  private readonly mending = new Set<Promise<void>>();
  private readonly unmended: unknown[] = [];
  /** Workers that were killed: when (Unix milliseconds) and which process. */
  readonly losses: { at: number; pid: number }[] = [];

  constructor(
    site: PracticeSite,
    private readonly control: ControlCluster,
    private readonly proxy: FaultProxy,
    private readonly dataDir: string,
  ) {
    this.servers = {
      "restart pooler": siteProcess(site, "pgbouncer"),
      "kill source": siteProcess(site, "postgres-source"),
      "kill target": siteProcess(site, "postgres-target"),
    };
  }

  start(): void {
    for (const place of [0, 1] as const) this.begin(place);
  }

  private begin(place: 0 | 1): void {
    this.workers[place] = startChild("worker/testing/real-worker.ts", [], workerEnvironment(through(this.proxy, this.control.url), this.dataDir));
  }

  /** One blow. What it breaks is mended by itself after its time: a process manager's part, not a person's. */
  async strike(blow: ScheduledBlow): Promise<void> {
    switch (blow.blow) {
      case "kill worker":
        return await this.kill(blow);
      case "stop worker":
        return this.stop(blow);
      case "restart our database":
        await this.control.stopImmediately();
        return this.later(blow.lastsMs, () => this.control.start());
      case "cut the link":
        this.proxy.set({ silent: true });
        return this.later(blow.lastsMs, async () => this.proxy.heal());
      default: {
        const server = this.servers[blow.blow];
        if (!server.running()) return;
        await server.kill(blow.blow === "restart pooler" ? "SIGKILL" : "SIGQUIT");
        return this.later(blow.lastsMs, () => server.start());
      }
    }
  }

  private async kill({ victim, lastsMs }: ScheduledBlow): Promise<void> {
    const worker = this.workers[victim];
    if (worker == null) return;
    this.workers[victim] = null;
    worker.child.kill("SIGKILL");
    await worker.ended;
    this.losses.push({ at: Date.now(), pid: worker.child.pid ?? 0 });
    this.later(lastsMs, async () => this.begin(victim));
  }

  private stop({ victim, lastsMs }: ScheduledBlow): void {
    const worker = this.workers[victim];
    if (worker == null) return;
    worker.child.kill("SIGSTOP");
    this.later(lastsMs, async () => void worker.child.kill("SIGCONT"));
  }

  private later(ms: number, mend: () => Promise<void>): void {
    const done = pause(ms)
      .then(mend)
      .catch((error: unknown) => void this.unmended.push(error))
      .finally(() => this.mending.delete(done));
    this.mending.add(done);
  }

  /** Waits until everything is up again. @throws Error when something did not start again: the run says nothing then */
  async calm(): Promise<void> {
    while (this.mending.size > 0) await Promise.all(this.mending);
    if (this.unmended.length > 0) throw new Error(`What was struck did not start again: ${this.unmended.map(messageOf).join("; ")}`);
  }

  /** A worker process that ended by itself is started again, as a supervisor does. Returns how many there were. */
  revive(): number {
    let count = 0;
    for (const place of [0, 1] as const) {
      const worker = this.workers[place];
      if (worker == null || (worker.child.exitCode === null && worker.child.signalCode === null)) continue;
      count += 1;
      this.begin(place);
    }
    return count;
  }

  /** The last lines each worker wrote: for a run that does not end. */
  lastWords(): string[] {
    return this.workers.flatMap((worker, place) => {
      if (worker === null) return [`worker ${place}: is not there`];
      const lines = worker.output().trimEnd().split("\n").slice(-WORDS);
      return lines.map((line) => `worker ${place} (${worker.child.pid}): ${line}`);
    });
  }

  /** Ends the workers and what was started again of the site. */
  async close(): Promise<void> {
    await this.calm().catch(() => undefined);
    for (const worker of this.workers) {
      worker?.child.kill("SIGCONT");
      worker?.child.kill("SIGKILL");
      if (worker != null) await endOf(worker);
    }
    await endSiteProcesses(Object.values(this.servers));
  }
}
