import type { ReactNode } from "react";

/** One column in the middle; works without scripts. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-md content-center gap-4 px-4 py-10">
      <p className="text-sm font-semibold text-ink-2">Switchyard</p>
      {children}
    </main>
  );
}
