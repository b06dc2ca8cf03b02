import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInForm } from "@/components/auth/sign-in-form";
import { CommandLine } from "@/components/ui/layout";
import { Callout } from "@/components/ui/status";
import { isFirstRun } from "@/lib/auth/first-run";
import { safePath } from "@/lib/auth/origin";
import { currentDoor, currentUser } from "@/lib/auth/session";
import { database } from "@/lib/db/instance";

export const metadata: Metadata = { title: "Sign in" };

/** Public: the way in. Before first run it says where the owner's link is. */
export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safePath((await searchParams).next);
  if ((await currentUser()) !== null) redirect(next);
  const door = await currentDoor();
  if (!door.open) {
    return (
      <>
        <h1>Sign-in is not served here</h1>
        <Callout tone="bad" title="This connection is not safe for a password.">
          {door.reason}
        </Callout>
      </>
    );
  }
  if (await isFirstRun(database())) return <FirstRunHint />;
  return (
    <>
      <h1>Sign in</h1>
      {next === "/" ? null : <p className="text-ink-2">You will come back to the page you asked for.</p>}
      <SignInForm next={next} />
      <p className="text-sm text-ink-2">No account, or password forgotten? An admin makes a one-time link under Settings, People.</p>
    </>
  );
}

function FirstRunHint() {
  return (
    <>
      <h1>Create the owner first</h1>
      <p>Nobody can sign in yet. The terminal in which Switchyard was started shows a one-time link that creates the owner and the workspace.</p>
      <p className="text-ink-2">The link is gone or older than 24 hours? Start again for a new one, or run this on the server and open the link it prints:</p>
      <CommandLine>npm run switchyard -- user create --email you@example.com --role admin</CommandLine>
    </>
  );
}
