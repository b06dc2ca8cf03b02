"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { LinkTabs } from "@/components/ui/tabs";

const SECTIONS = [
  { href: "/settings/workspace", text: "Workspace" },
  { href: "/settings/people", text: "People" },
  { href: "/settings/policy", text: "Approval policy" },
  { href: "/settings/connections", text: "Connections" },
  { href: "/settings/tokens", text: "Tokens" },
  { href: "/settings/browsers", text: "You" },
  { href: "/settings/about", text: "About" },
];

/** The sections of the settings, each with its own address. */
export function SettingsSections() {
  const pathname = usePathname();
  // On a phone the sections scroll sideways; the present one must be in sight.
  useEffect(() => {
    document
      .querySelector(`nav[aria-label="Settings"] a[href="${SECTIONS.find((section) => pathname.startsWith(section.href))?.href ?? ""}"]`)
      ?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  return <LinkTabs label="Settings" tabs={SECTIONS.map((section) => ({ ...section, current: pathname.startsWith(section.href) }))} />;
}
