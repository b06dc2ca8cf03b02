import type { Metadata } from "next";
import { StepUpForm } from "@/components/auth/step-up-form";
import { safePath } from "@/lib/auth/origin";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Confirm that it is you" };

/** Asks for the password again before a dangerous action; five minutes count. */
export default async function StepUpPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safePath((await searchParams).next);
  const ctx = await pageContext(`/step-up?next=${encodeURIComponent(next)}`);
  return (
    <>
      <h1>Confirm that it is you</h1>
      <p>
        Signed in as {ctx.actor.name} ({ctx.actor.email}). The next action cannot be taken back easily, so type your password again. It counts for five minutes.
      </p>
      <StepUpForm next={next} email={ctx.actor.email} />
    </>
  );
}
