"use client";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/status";

/** A page that failed: what to do, and the id under which the server logged it. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Callout tone="bad" role="alert" title="This page could not be shown.">
      <p>
        The error was logged on the server{error.digest === undefined ? "" : ` under ${error.digest}`}. Other pages still work, and running migrations are not
        affected.
      </p>
      <Button className="mt-3" onClick={reset}>
        Try again
      </Button>
    </Callout>
  );
}
