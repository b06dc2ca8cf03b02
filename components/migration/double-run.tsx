import { Card } from "@/components/ui/layout";
import { formatInterval, type Interval } from "@/lib/core/money";
import { formatInstant } from "@/lib/core/time";
import type { DoubleRun } from "@/lib/portfolio/types";

interface DoubleRunProps {
  cost: DoubleRun;
  from: string;
  to: string;
  timeZone: string;
}

/** What it costs a day that both sides run, and since when. */
export function DoubleRunCard({ cost, from, to, timeZone }: DoubleRunProps) {
  const money = (value: Interval) => `${cost.unknown > 0 ? "at least " : ""}${formatInterval(value, cost.currency)}`;
  const rows: [string, string][] = [
    [`${from}, a day`, formatInterval(cost.oldPerDay, cost.currency)],
    [`${to}, a day`, formatInterval(cost.newPerDay, cost.currency)],
    ["Both, a day", money(cost.perDay)],
    [`So far, ${cost.days < 1 ? "less than a day" : `${cost.days.toFixed(1)} days`}`, money(cost.soFar)],
  ];
  return (
    <Card title="Both sides at once" id="double-run">
      <p className="mb-2 max-w-4xl text-sm">
        {cost.until === null
          ? `Both sides have run beside each other since ${formatInstant(cost.since, timeZone)}: ${money(cost.perDay)} a day until the old side is taken away.`
          : `Both sides ran beside each other from ${formatInstant(cost.since, timeZone)} to ${formatInstant(cost.until, timeZone)}: ${money(cost.soFar)}.`}
      </p>
      <dl className="grid max-w-md grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-sm" data-testid="double-run">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{name}</dt>
            <dd className="num text-right">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-xs text-ink-2">
        Estimated from the prices of the plan, without labour.
        {cost.unknown > 0 ? ` ${cost.unknown} ${cost.unknown === 1 ? "service has" : "services have"} no price.` : ""}
      </p>
    </Card>
  );
}
