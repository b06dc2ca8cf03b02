import type { Metadata } from "next";
import { PasswordForm, SignOutBrowser, SignOutOthers } from "@/components/settings/account-forms";
import { Card, Facts, PageHeader } from "@/components/ui/layout";
import { Badge } from "@/components/ui/status";
import { browserName } from "@/lib/auth/browser-name";
import { listBrowsers } from "@/lib/auth/people-store";
import { ROLE_MEANING } from "@/lib/auth/role-meaning";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "You · Settings" };

export default async function AccountPage() {
  const ctx = await pageContext();
  const { actor } = ctx;
  const [browsers, workspace] = await Promise.all([listBrowsers(ctx.db, actor.userId, ctx.now), readWorkspace(ctx.db)]);
  const others = browsers.filter((browser) => browser.id !== actor.sessionId);
  return (
    <>
      <PageHeader
        above="Settings"
        title="You"
        answer={
          others.length === 0 ? "You are signed in in this browser only." : `You are signed in in ${browsers.length} browsers. Sign out those you do not know.`
        }
      />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Card title="Account">
          <Facts
            items={[
              { name: "Name", value: actor.name },
              { name: "E-mail", value: actor.email },
              { name: "Role", value: `${actor.role}. ${ROLE_MEANING[actor.role]}` },
            ]}
          />
        </Card>
        <Card title="Password" className="lg:row-span-2">
          <PasswordForm email={actor.email} />
        </Card>
        <Card title="Signed-in browsers" actions={others.length > 1 ? <SignOutOthers /> : undefined}>
          <ul className="grid gap-3">
            {browsers.map((browser) => (
              <li key={browser.id} className="flex flex-wrap items-start justify-between gap-2 border-b border-line pb-3 last:border-0 last:pb-0">
                <div className="min-w-0 text-sm">
                  <p className="font-semibold">
                    {browserName(browser.userAgent)} {browser.id === actor.sessionId ? <Badge tone="info">this one</Badge> : null}
                  </p>
                  <p className="text-ink-2">
                    {browser.address ?? "unknown address"}, signed in {formatInstant(browser.createdAt, workspace.timeZone)}
                  </p>
                  <p className="text-ink-2">
                    used {formatAgo(browser.lastSeenAt, ctx.now)}, ends {formatAgo(browser.expiresAt, ctx.now)} at the latest
                  </p>
                </div>
                {browser.id === actor.sessionId ? null : <SignOutBrowser sessionId={browser.id} />}
              </li>
            ))}
          </ul>
          <p className="mt-3 text-sm text-ink-2">A browser is signed out after 30 minutes without use and 12 hours after its sign-in.</p>
        </Card>
      </div>
    </>
  );
}
