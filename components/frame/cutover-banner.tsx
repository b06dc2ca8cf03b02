"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "@/components/ui/class-names";
import { StatusShape } from "@/components/ui/status";

/** A live cutover under way; not shown on its own page, where it says nothing new and takes room from the clock. */
export function CutoverBanner({ href, text, alarming }: { href: string; text: string; alarming: boolean }) {
  if (usePathname() === href) return null;
  return (
    <Link
      href={href}
      className={classNames(
        "flex items-baseline gap-x-2 border-b border-line px-4 py-2 text-sm font-semibold text-ink no-underline hover:underline",
        alarming ? "bg-bad-soft" : "bg-info-soft",
      )}
    >
      <StatusShape tone={alarming ? "bad" : "info"} className={alarming ? "text-bad" : "text-info"} />
      <span>
        {text} <span className="underline">Open</span>
      </span>
    </Link>
  );
}
