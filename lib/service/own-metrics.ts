import type { Db } from "@/lib/db/prisma";
import { firstRow, rows } from "@/lib/db/transaction";
import { runTroubles, TROUBLES } from "@/lib/migration/run-troubles";
import { VERSION } from "@/lib/service/version";

interface Family {
  name: string;
  help: string;
  type: "gauge" | "counter";
  samples: { labels?: Record<string, string>; value: number }[];
}

/** Label values as the Prometheus text format wants them: backslash, quote and newline escaped. */
function labelText(labels: Record<string, string> | undefined): string {
  if (labels === undefined) return "";
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`);
  return `{${parts.join(",")}}`;
}

/** The text exposition format, version 0.0.4. */
export function expositionText(families: readonly Family[]): string {
  return families
    .map((family) => {
      const lines = family.samples.map((sample) => `${family.name}${labelText(sample.labels)} ${sample.value}`);
      return [`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.type}`, ...lines].join("\n");
    })
    .join("\n")
    .concat("\n");
}

type Counted = { label: string; count: number };

/** Switchyard's own metrics in Prometheus text format. One query per family, all small. */
export async function ownMetrics(db: Pick<Db, "pool">, now: Date): Promise<string> {
  const counted = (sql: string) => rows<Counted>(db.pool, sql);
  const [runs, troubles, triggers, alerts, workers, totals] = await Promise.all([
    counted("SELECT status AS label, count(*) AS count FROM run GROUP BY status ORDER BY status"),
    runTroubles(db),
    counted("SELECT state AS label, count(*) AS count FROM trigger GROUP BY state ORDER BY state"),
    firstRow<{ count: number }>(db.pool, "SELECT count(*) AS count FROM alert WHERE ended_at IS NULL"),
    rows<{ id: string; last_seen_at: Date }>(db.pool, "SELECT id, last_seen_at FROM worker_heartbeat WHERE last_seen_at > $1 ORDER BY id", [
      new Date(now.getTime() - 3_600_000),
    ]),
    firstRow<{ audit: number; outbox: number; sessions: number; gates: number }>(
      db.pool,
      `SELECT (SELECT seq FROM audit_head WHERE id = 1) AS audit,
              (SELECT count(*) FROM outbox WHERE delivered_at IS NULL) AS outbox,
              (SELECT count(*) FROM browser_session WHERE revoked_at IS NULL AND expires_at > $1) AS sessions,
              (SELECT count(*) FROM approval_gate WHERE status = 'open' AND expires_at > $1) AS gates`,
      [now],
    ),
  ]);
  const by = (name: string, list: Counted[]) => list.map((row) => ({ labels: { [name]: row.label }, value: row.count }));
  return expositionText([
    { name: "switchyard_build_info", help: "Version of this process.", type: "gauge", samples: [{ labels: { version: VERSION }, value: 1 }] },
    { name: "switchyard_runs", help: "Runs by status.", type: "gauge", samples: by("status", runs) },
    {
      name: "switchyard_run_troubles",
      help: "Live runs under way that a person has to look at, by the worst reason.",
      type: "gauge",
      samples: TROUBLES.map((kind) => ({ labels: { kind }, value: troubles.filter((one) => one.kind === kind && one.mode === "live").length })),
    },
    { name: "switchyard_triggers", help: "Triggers by state.", type: "gauge", samples: by("state", triggers) },
    { name: "switchyard_alerts_open", help: "Alerts that have not ended.", type: "gauge", samples: [{ value: alerts?.count ?? 0 }] },
    { name: "switchyard_approvals_open", help: "Approval requests that wait for a person.", type: "gauge", samples: [{ value: totals?.gates ?? 0 }] },
    {
      name: "switchyard_worker_heartbeat_age_seconds",
      help: "Seconds since a worker was heard of; workers of the last hour.",
      type: "gauge",
      samples: workers.map((row) => ({ labels: { worker: row.id }, value: Math.max(0, (now.getTime() - row.last_seen_at.getTime()) / 1_000) })),
    },
    { name: "switchyard_outbox_pending", help: "Messages owed to the outside.", type: "gauge", samples: [{ value: totals?.outbox ?? 0 }] },
    { name: "switchyard_browser_sessions", help: "Browsers with a session that was not ended.", type: "gauge", samples: [{ value: totals?.sessions ?? 0 }] },
    { name: "switchyard_audit_entries_total", help: "Entries of the audit log.", type: "counter", samples: [{ value: totals?.audit ?? 0 }] },
    { name: "process_resident_memory_bytes", help: "Memory of this web process.", type: "gauge", samples: [{ value: process.memoryUsage.rss() }] },
    { name: "process_uptime_seconds", help: "Age of this web process.", type: "gauge", samples: [{ value: Math.round(process.uptime()) }] },
  ]);
}
