import { haproxyCommand, parseStat, type ServerStat } from "@/lib/connection/clients/haproxy";
import type { Reading } from "@/lib/migration/guards";
import type { OwnedRun } from "../owned-run";
import { openTarget } from "../step-context";
import type { GuardSource, SourceOf } from "./source";

/** Counters of a server at one time. */
export interface Count {
  at: Date;
  stat: ServerStat;
}

/**
 * Share of failed requests between two looks, in percent. A server that HAProxy takes for dead fails whatever it would be
 * asked; counters that went back belong to another HAProxy process (reload) and cannot be compared.
 */
export function shareBetween(before: Count, now: Count): Reading {
  if (/^(DOWN|NOLB)/.test(now.stat.status)) return { type: "value", value: 100, at: now.at };
  const failed = now.stat.serverErrors + now.stat.connectionErrors - before.stat.serverErrors - before.stat.connectionErrors;
  const requests = now.stat.responses + now.stat.connectionErrors - before.stat.responses - before.stat.connectionErrors;
  if (requests < 0 || failed < 0) return { type: "nodata", reason: "The counters of HAProxy began again." };
  if (requests === 0) return { type: "nodata", reason: "The server got no request." };
  return { type: "value", value: (Math.min(failed, requests) / requests) * 100, at: now.at, requests };
}

/** Failed requests of one server, straight from HAProxy: no scrape in between. */
export class HaproxySource implements GuardSource {
  private before: Count | null = null;

  constructor(
    private readonly source: SourceOf<"haproxy">,
    private readonly owned: OwnedRun,
  ) {}

  async read(from: Date): Promise<Reading> {
    const count = await this.count();
    const before = this.before;
    this.before = count;
    // What was counted before the change says nothing about the world after it.
    if (before === null || before.at <= from) return { type: "nodata", reason: "Counting has just begun." };
    return shareBetween(before, count);
  }

  close(): void {
    this.before = null;
  }

  private async count(): Promise<Count> {
    const { backend, server, connection } = this.source;
    const at = this.owned.now();
    const answer = await haproxyCommand(await openTarget(this.owned, connection, "haproxy"), await this.owned.deps.egress(), ["show", "stat"]);
    const stat = parseStat(answer).get(`${backend}/${server}`);
    if (stat === undefined) throw new Error(`HAProxy has no server "${server}" in the backend "${backend}".`);
    return { at, stat };
  }
}
