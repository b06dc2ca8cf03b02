import { LinkButton } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/layout";

export default function NotFound() {
  return (
    <PageHeader
      title="Not found"
      answer="There is nothing at this address: it may have been removed, or the link is incomplete."
      actions={<LinkButton href="/">Portfolio</LinkButton>}
    />
  );
}
