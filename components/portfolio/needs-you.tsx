import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/layout";
import { StatusShape } from "@/components/ui/status";
import { formatAgo } from "@/lib/core/time";
import type { NeedsYou } from "@/lib/portfolio/types";

/** What waits for a person, worst first; one line when nothing does. */
export function NeedsYouList({ items, now }: { items: NeedsYou[]; now: Date }) {
  if (items.length === 0) {
    return (
      <p data-testid="needs-you" className="mb-4 text-ink-2">
        Nothing needs you.
      </p>
    );
  }
  return (
    <Card title="Needs you" className="mb-4">
      <ul data-testid="needs-you" className="divide-y divide-line">
        {items.map((item) => (
          <li key={`${item.href} ${item.text}`} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
            <StatusShape tone={item.level} className={item.level === "bad" ? "text-bad" : item.level === "warn" ? "text-warn" : "text-info"} />
            <p className="min-w-0 flex-1 basis-60">
              <span className="font-semibold">{item.project}:</span> {item.text} <span className="text-ink-2">({formatAgo(item.since, now)})</span>
            </p>
            <LinkButton href={item.href} tone={item.level === "bad" ? "primary" : "secondary"}>
              {item.action}
            </LinkButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}
