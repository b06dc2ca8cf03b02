import Link from "next/link";
import { runbookText, textDifference } from "@/app/(app)/runs/_lib/difference";
import { formatInstant } from "@/lib/core/time";
import type { VersionItem } from "@/lib/migration/migration-store";
import { runbookById } from "@/lib/migration/page-store";
import type { Ctx } from "@/lib/service/context";

/** The newest version beside the one that is named; null when there is nothing to compare. */
export async function comparison(
  ctx: Ctx,
  versions: VersionItem[],
  against: string | string[] | undefined,
): Promise<{ title: string; lines: ReturnType<typeof textDifference> } | null> {
  const newest = versions[0];
  const other = versions.find((version) => String(version.number) === against);
  if (newest === undefined || other === undefined || other.id === newest.id) return null;
  const [before, after] = await Promise.all([runbookById(ctx, other.id), runbookById(ctx, newest.id)]);
  return { title: `Version ${other.number} to ${newest.number}`, lines: textDifference(runbookText(before), runbookText(after)) };
}

/** All versions, newest first. */
export function Versions({ versions, zone, path }: { versions: VersionItem[]; zone: string; path: string }) {
  return (
    <ul className="divide-y divide-line text-sm">
      {versions.map((version, index) => (
        <li key={version.id} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5">
          <span>
            <span className="font-medium">Version {version.number}</span> <code className="text-xs text-ink-2">{version.hash.slice(0, 10)}</code>
            <span className="block text-xs text-ink-2">
              {version.origin === "plan" ? "from the plan" : "edited"}
              {version.createdBy === null ? "" : ` by ${version.createdBy}`}, {formatInstant(version.createdAt, zone)}
              {version.note === "" ? "" : ` – ${version.note}`}
            </span>
          </span>
          {index === 0 ? (
            <span className="text-ink-2">current</span>
          ) : (
            <Link href={`${path}?compare=${version.number}#versions`}>Compare with the current one</Link>
          )}
        </li>
      ))}
    </ul>
  );
}
