"use client";

import {
  BadgeCheck,
  Bell,
  Boxes,
  ChartLine,
  CircleGauge,
  FileText,
  House,
  LayoutGrid,
  LineChart,
  type LucideIcon,
  Menu,
  ScrollText,
  Settings,
  TrainTrack,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { isCurrent, type NavEntry, projectEntries, projectOfPath, WORKSPACE_ENTRIES } from "@/components/frame/navigation";
import { classNames } from "@/components/ui/class-names";

const ICONS: Record<NavEntry["icon"], LucideIcon> = {
  home: House,
  overview: CircleGauge,
  inventory: Boxes,
  costs: ChartLine,
  decision: LayoutGrid,
  metrics: LineChart,
  migrations: TrainTrack,
  plan: FileText,
  alerts: Bell,
  approvals: BadgeCheck,
  audit: ScrollText,
  settings: Settings,
};

export interface FrameProject {
  slug: string;
  name: string;
}

interface FrameProps {
  projects: FrameProject[];
  /** Number of approvals that wait and alerts that fire, shown beside their entries. */
  counts: { approvals: number; alerts: number };
  person: { name: string; role: string };
  /** The live-cutover banner, the only thing that may push content down. */
  banner: ReactNode;
  /** Theme switch and sign-out. */
  account: ReactNode;
  children: ReactNode;
}

function Entry({ entry, pathname, count, className }: { entry: NavEntry; pathname: string; count?: number; className?: string }) {
  const Icon = ICONS[entry.icon];
  const current = isCurrent(entry, pathname);
  return (
    <Link
      href={entry.href}
      aria-current={current ? "page" : undefined}
      className={classNames(
        "flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-sm no-underline hover:no-underline max-rail:min-h-11",
        current ? "bg-accent-soft font-semibold text-ink" : "text-ink-2 hover:bg-panel-2 hover:text-ink",
        className,
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      <span className="min-w-0 truncate">{entry.text}</span>
      {count ? (
        <span className="num ml-auto rounded-full bg-bad px-1.5 text-xs font-bold text-panel">
          {count}
          <span className="sr-only"> waiting</span>
        </span>
      ) : null}
    </Link>
  );
}

/** Entries of the project at hand and of the workspace. */
function Entries({ projects, counts, pathname }: Pick<FrameProps, "projects" | "counts"> & { pathname: string }) {
  const slug = projectOfPath(pathname);
  const project = projects.find((one) => one.slug === slug);
  const count = (entry: NavEntry) => (entry.icon === "approvals" ? counts.approvals : entry.icon === "alerts" ? counts.alerts : 0);
  return (
    <>
      <ul className="grid gap-0.5">
        {WORKSPACE_ENTRIES.slice(0, 3).map((entry) => (
          <li key={entry.href}>
            <Entry entry={entry} pathname={pathname} count={count(entry)} />
          </li>
        ))}
      </ul>
      {projects.length === 0 ? null : (
        <details className="group relative" open={false} key={pathname}>
          <summary className="flex min-h-9 items-center gap-2 rounded-md border border-line px-2.5 text-sm font-semibold max-rail:min-h-11">
            <span className="min-w-0 truncate">{project?.name ?? "Choose a project"}</span>
            <span className="ml-auto text-ink-2" aria-hidden="true">
              ▾
            </span>
          </summary>
          <ul className="mt-1 grid gap-0.5 rounded-md border border-line bg-panel p-1">
            {projects.map((one) => (
              <li key={one.slug}>
                <Link
                  href={`/projects/${one.slug}`}
                  className="block truncate rounded px-2 py-1.5 text-sm text-ink no-underline hover:bg-panel-2 max-rail:py-3"
                >
                  {one.name}
                </Link>
              </li>
            ))}
          </ul>
        </details>
      )}
      {project === undefined ? null : (
        <ul className="grid gap-0.5" aria-label={project.name}>
          {projectEntries(project.slug).map((entry) => (
            <li key={entry.href}>
              <Entry entry={entry} pathname={pathname} />
            </li>
          ))}
        </ul>
      )}
      <ul className="grid gap-0.5 border-t border-line pt-2">
        {WORKSPACE_ENTRIES.slice(3).map((entry) => (
          <li key={entry.href}>
            <Entry entry={entry} pathname={pathname} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Bottom bar on phones: four places, the rest behind "More". */
function BottomBar({ pathname, counts, onMore }: { pathname: string; counts: FrameProps["counts"]; onMore: () => void }) {
  const slug = projectOfPath(pathname);
  const places: NavEntry[] = [
    { href: "/", text: "Home", icon: "home", exact: true },
    slug === null ? { href: "/audit", text: "Audit", icon: "audit" } : { href: `/projects/${slug}/costs`, text: "Costs", icon: "costs" },
    { href: "/approvals", text: "Approvals", icon: "approvals" },
    { href: "/alerts", text: "Alerts", icon: "alerts" },
  ];
  const cell = "flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs no-underline hover:no-underline";
  return (
    <nav aria-label="Main, short" className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] rail:hidden">
      {places.map((place) => {
        const Icon = ICONS[place.icon];
        const count = place.icon === "approvals" ? counts.approvals : place.icon === "alerts" ? counts.alerts : 0;
        return (
          <Link
            key={place.href}
            href={place.href}
            aria-current={isCurrent(place, pathname) ? "page" : undefined}
            className={classNames(cell, isCurrent(place, pathname) ? "font-semibold text-accent" : "text-ink-2")}
          >
            <span className="relative">
              <Icon className="size-5" aria-hidden="true" />
              {count ? (
                <span className="num absolute -top-1.5 left-3 min-w-4 rounded-full bg-bad px-1 text-center text-xs leading-4 font-bold text-panel">
                  {count}
                  <span className="sr-only"> waiting in </span>
                </span>
              ) : null}
            </span>
            {place.text}
          </Link>
        );
      })}
      <button type="button" className={classNames(cell, "text-ink-2")} onClick={onMore}>
        <Menu className="size-5" aria-hidden="true" />
        More
      </button>
    </nav>
  );
}

/** The frame of every signed-in page: rail on wide screens, top and bottom bar on narrow ones. */
export function Frame({ projects, counts, person, banner, account, children }: FrameProps) {
  const pathname = usePathname();
  const more = useRef<HTMLDialogElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the page changes
  useEffect(() => {
    more.current?.close();
  }, [pathname]);
  return (
    <div className="rail:grid rail:grid-cols-[13rem_minmax(0,1fr)]">
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-panel focus:p-2">
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-3 overflow-y-auto border-r border-line bg-panel p-3 rail:flex">
        <Link href="/" className="flex items-center gap-2 px-1 pt-1 text-base font-bold text-ink no-underline hover:no-underline">
          <span aria-hidden="true" className="grid size-7 place-items-center rounded-md bg-accent text-accent-ink">
            <TrainTrack className="size-4" />
          </span>
          Switchyard
        </Link>
        <nav aria-label="Main" className="grid grid-cols-1 gap-3">
          <Entries projects={projects} counts={counts} pathname={pathname} />
        </nav>
        <div className="mt-auto border-t border-line pt-2 text-sm">
          <p className="truncate px-1 font-semibold">{person.name}</p>
          <p className="px-1 text-ink-2">{person.role}</p>
          {account}
        </div>
      </aside>
      <div className="min-w-0 max-rail:pb-20">
        <header className="flex items-center justify-between border-b border-line bg-panel px-4 py-2 rail:hidden">
          <Link href="/" className="flex items-center gap-2 font-bold text-ink no-underline">
            <span aria-hidden="true" className="grid size-7 place-items-center rounded-md bg-accent text-accent-ink">
              <TrainTrack className="size-4" />
            </span>
            Switchyard
          </Link>
          <span className="min-w-0 truncate pl-3 text-sm text-ink-2">{projects.find((one) => one.slug === projectOfPath(pathname))?.name ?? person.name}</span>
        </header>
        {banner}
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[92rem] p-4 outline-none rail:p-6">
          {children}
        </main>
      </div>
      <BottomBar pathname={pathname} counts={counts} onMore={() => more.current?.showModal()} />
      <dialog
        ref={more}
        aria-label="All pages"
        className="mx-auto mt-auto mb-0 max-h-[85dvh] w-full max-w-full overflow-auto rounded-t-xl border border-line bg-panel p-4 text-ink"
      >
        <nav aria-label="All pages" className="grid grid-cols-1 gap-3">
          <Entries projects={projects} counts={counts} pathname={pathname} />
        </nav>
        <div className="mt-3 border-t border-line pt-3 text-sm">
          <p className="px-1 font-semibold">
            {person.name} <span className="font-normal text-ink-2">({person.role})</span>
          </p>
          {account}
        </div>
        <button type="button" className="mt-3 min-h-11 w-full rounded-md border border-line-strong font-semibold" onClick={() => more.current?.close()}>
          Close
        </button>
      </dialog>
    </div>
  );
}
