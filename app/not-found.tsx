import type { Metadata } from "next";
import { LinkButton } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/layout";

export const metadata: Metadata = { title: "Not found" };

/** An address that no page has; it is shown without the frame, because nobody may be signed in. */
export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-md content-center px-4 py-10">
      <PageHeader
        above="Switchyard"
        title="Not found"
        answer="There is nothing at this address: it may have been removed, or the link is incomplete."
        actions={
          <LinkButton href="/" tone="primary">
            Portfolio
          </LinkButton>
        }
      />
    </main>
  );
}
