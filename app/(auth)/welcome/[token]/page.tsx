import type { Metadata } from "next";
import { FirstRunForm } from "@/components/auth/new-person-form";
import { LinkButton } from "@/components/ui/button";
import { CommandLine } from "@/components/ui/layout";
import { openLink } from "@/lib/auth/one-time-link";
import { currentDoor } from "@/lib/auth/session";
import { database } from "@/lib/db/instance";
import { currencyChoices, timeZoneChoices } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "First run" };

/** Public: first run. The secret is the link that was printed in the terminal. */
export default async function WelcomePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const door = await currentDoor();
  const link = await openLink(database(), token, new Date());
  if (!door.open || link?.purpose !== "owner") {
    return (
      <>
        <h1>This link does not work</h1>
        <p>{door.open ? "It was used already, replaced by a newer one, or is older than 24 hours." : door.reason}</p>
        <p className="text-ink-2">A new one is printed when Switchyard starts again and has no owner yet:</p>
        <CommandLine>npm start</CommandLine>
        <LinkButton href="/sign-in">Sign in</LinkButton>
      </>
    );
  }
  const names = new Intl.DisplayNames("en", { type: "currency" });
  return (
    <>
      <h1>Welcome to Switchyard</h1>
      <p>Name the workspace and create the owner. Everything here can be changed later; plans, metrics and bills come next.</p>
      <FirstRunForm token={token} currencies={currencyChoices().map((code) => ({ code, name: names.of(code) ?? "" }))} timeZones={timeZoneChoices()} />
    </>
  );
}
