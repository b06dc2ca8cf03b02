import Link from "next/link";
import { classNames } from "@/components/ui/class-names";

/** Tabs as links: the address is the state. */
export function LinkTabs({ label, tabs }: { label: string; tabs: { href: string; text: string; current: boolean }[] }) {
  return (
    <nav aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? "page" : undefined}
          className={classNames(
            "-mb-px min-h-11 content-center border-b-2 px-3 py-2 text-sm font-semibold whitespace-nowrap hover:no-underline",
            tab.current ? "border-accent text-ink" : "border-transparent text-ink-2 hover:text-ink",
          )}
        >
          {tab.text}
        </Link>
      ))}
    </nav>
  );
}
