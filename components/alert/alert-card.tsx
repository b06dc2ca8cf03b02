import Link from "next/link";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/status";
import type { AlertView } from "@/lib/alert/types";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { formatAmount, formatLimit, operatorWord } from "@/lib/decision/words";

interface AlertCardProps {
  alert: AlertView;
  now: Date;
  timeZone: string;
  actions?: ReactNode;
}

/** One alert: severity, object, value against limit, age, owner and what to do, without a click. */
export function AlertCard({ alert, now, timeZone, actions }: AlertCardProps) {
  const open = alert.endedAt === null;
  const value = open ? alert.lastValue : alert.value;
  const started = new Date(alert.startedAt);
  return (
    <li data-testid="alert" className="rounded-lg border border-line bg-panel p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={alert.level === "critical" ? "bad" : "warn"}>{alert.level === "critical" ? "Critical" : "Warning"}</Badge>
        <h2 className="min-w-0 break-words">{alert.ruleName}</h2>
        <Link href={`/projects/${alert.project.slug}/metrics${alert.metric === null ? "" : `/${encodeURIComponent(alert.metric)}`}`} className="text-sm">
          {alert.project.name}
        </Link>
        {open && alert.ruleState === "unknown" ? <Badge tone="unknown">no data now</Badge> : null}
      </div>
      <p className="num mt-1">
        {alert.metricName ?? alert.rule} {value === null ? "was silent" : `${open ? "is" : "was"} ${formatAmount(value, alert.unit)}`}
        {alert.threshold === null ? "" : ` (limit: ${operatorWord(alert.op)} ${formatLimit(alert.threshold, alert.unit)})`}
      </p>
      <p className="text-sm text-ink-2">
        Since {formatInstant(started, timeZone)} ({formatAgo(started, now)}){alert.endedAt === null ? "" : `, over ${formatAgo(new Date(alert.endedAt), now)}`}.{" "}
        {alert.acknowledgedAt === null ? (open ? "Nobody has it." : "") : `${alert.acknowledgedBy ?? "Somebody"} has it.`}
        {alert.mutedUntil === null || new Date(alert.mutedUntil) < now ? "" : ` Muted until ${formatInstant(new Date(alert.mutedUntil), timeZone)}.`}
      </p>
      {alert.action === "" ? null : <p className="mt-1 text-sm">What to do: {alert.action}</p>}
      {actions === undefined ? null : <div className="mt-2">{actions}</div>}
    </li>
  );
}
