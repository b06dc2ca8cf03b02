import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { CutoverBanner } from "@/components/frame/cutover-banner";
import { Frame } from "@/components/frame/frame";
import { ThemeSwitch } from "@/components/frame/theme-switch";
import { QueryProvider } from "@/components/query-provider";
import { frameData } from "@/lib/service/frame";
import { pageContext } from "@/lib/service/page";

const WORDS: Record<string, string> = {
  running: "Cutover running",
  paused: "Cutover paused",
  observing: "Observing after cutover",
  "rolling-back": "Rolling back",
  "needs-attention": "Cutover needs attention",
};

export default async function AppLayout({ children }: { children: ReactNode }) {
  const ctx = await pageContext();
  const [data, jar] = await Promise.all([frameData(ctx), cookies()]);
  const banner = data.cutovers.map((run) => (
    <CutoverBanner
      key={run.runId}
      href={`/runs/${run.runId}`}
      alarming={run.status === "rolling-back" || run.urgent}
      text={`${WORDS[run.status] ?? run.status}: ${run.project}, step ${run.step} of ${run.steps}${run.clock === null ? "" : `, ${run.clock}`}.${run.trouble === null ? "" : ` ${run.trouble}`}`}
    />
  ));
  const copyBanner = (
    <CutoverBanner key="copy" href="/settings/about" alarming text="This database is a copy, or was moved or restored: no run is carried out in it." />
  );
  const account = (
    <>
      <ThemeSwitch initial={jar.get("theme")?.value ?? "system"} />
      <form action="/sign-out" method="post">
        <button type="submit" className="min-h-9 w-full rounded-md px-1 text-left text-sm font-semibold text-accent hover:underline max-rail:min-h-11">
          Sign out
        </button>
      </form>
    </>
  );
  return (
    <QueryProvider>
      <Frame
        projects={data.projects}
        counts={data.counts}
        person={{ name: ctx.actor.name, role: ctx.actor.role }}
        banner={data.copy ? [copyBanner, ...banner] : banner}
        account={account}
      >
        {children}
      </Frame>
    </QueryProvider>
  );
}
