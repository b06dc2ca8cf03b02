import type { ReactNode } from "react";
import { SettingsSections } from "@/components/settings/sections";

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SettingsSections />
      {children}
    </>
  );
}
