import type { Metadata } from "next";
import { InviteForm, ResetForm } from "@/components/auth/new-person-form";
import { LinkButton } from "@/components/ui/button";
import { openLink } from "@/lib/auth/one-time-link";
import { ROLE_MEANING } from "@/lib/auth/role-meaning";
import { currentDoor } from "@/lib/auth/session";
import { database } from "@/lib/db/instance";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "Invitation" };

/** Public: an invitation or a new password. The secret is the link. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const door = await currentDoor();
  const link = await openLink(database(), token, new Date());
  if (!door.open || link === null || link.purpose === "owner" || link.email === null) {
    return (
      <>
        <h1>This link does not work</h1>
        <p>{door.open ? "It was used already, withdrawn, or is too old. Ask an admin for a new one." : door.reason}</p>
        <LinkButton href="/sign-in">Sign in</LinkButton>
      </>
    );
  }
  const { name } = await readWorkspace(database());
  if (link.purpose === "reset") {
    return (
      <>
        <h1>Set a new password</h1>
        <p>For {name}. All browsers that are signed in with this account are signed out.</p>
        <ResetForm token={token} email={link.email} />
      </>
    );
  }
  return (
    <>
      <h1>Join {name}</h1>
      <p>
        You are invited as <strong>{link.role}</strong>. {link.role === null ? "" : ROLE_MEANING[link.role]}
      </p>
      <InviteForm token={token} email={link.email} />
    </>
  );
}
