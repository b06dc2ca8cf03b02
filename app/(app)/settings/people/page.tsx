import type { Metadata } from "next";
import { revokeInviteAction } from "@/app/(app)/settings/actions";
import { InviteForm, ManagePerson } from "@/components/settings/people-forms";
import { RowAction } from "@/components/settings/row-action";
import { Card, Facts, PageHeader } from "@/components/ui/layout";
import { Badge } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { listOpenLinks, listPeople, type PersonRow } from "@/lib/auth/people-store";
import { ROLES } from "@/lib/auth/permissions";
import { ROLE_MEANING } from "@/lib/auth/role-meaning";
import { currentDoor } from "@/lib/auth/session";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "People · Settings" };

/** The answer sentence: how many there are and whether two-person approval is possible at all. */
function answerOf(people: PersonRow[]): string {
  const active = people.filter((person) => person.disabledAt === null);
  const approvers = active.filter((person) => person.role === "approver" || person.role === "admin").length;
  const count = active.length === 1 ? "One person" : `${active.length} people`;
  if (approvers < 2)
    return `${count} can sign in, and only ${approvers} may approve: nobody else could approve that person's own requests. Invite an approver.`;
  return `${count} can sign in; ${approvers} of them may approve runs.`;
}

export default async function PeoplePage() {
  const ctx = await pageContext();
  const manages = can(ctx, "people.manage");
  const [people, links, workspace, door] = await Promise.all([
    listPeople(ctx.db),
    manages ? listOpenLinks(ctx.db, ctx.now) : [],
    readWorkspace(ctx.db),
    currentDoor(),
  ]);
  return (
    <>
      <PageHeader above="Settings" title="People" answer={answerOf(people)} />
      <div className="grid grid-cols-1 gap-4">
        <Card title="Who can sign in">
          <ul className="grid grid-cols-1">
            {people.map((person) => (
              <li key={person.id} data-testid="person" className="border-b border-line py-2 last:border-0">
                <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 text-sm">
                  <p className="min-w-0">
                    <strong>{person.name}</strong> {person.id === ctx.actor.userId ? <span className="text-ink-2">(you)</span> : null}
                    <br />
                    <span className="break-all text-ink-2">{person.email}</span>
                  </p>
                  <p className="flex flex-wrap items-baseline gap-2">
                    <span className="text-ink-2" title={person.lastSeenAt === null ? undefined : formatInstant(person.lastSeenAt, workspace.timeZone)}>
                      {person.lastSeenAt === null ? "never signed in" : `seen ${formatAgo(person.lastSeenAt, ctx.now)}`}
                    </span>
                    {person.disabledAt === null ? <Badge tone="neutral">{person.role}</Badge> : <Badge tone="bad">disabled</Badge>}
                  </p>
                </div>
                {manages && person.id !== ctx.actor.userId ? (
                  <details className="mt-1">
                    <summary className="min-h-9 cursor-pointer content-center text-sm text-accent max-rail:min-h-11">Manage</summary>
                    <div className="mt-2 mb-2 max-w-xl">
                      <ManagePerson person={{ ...person, disabled: person.disabledAt !== null }} origin={door.origin} />
                    </div>
                  </details>
                ) : null}
              </li>
            ))}
          </ul>
        </Card>
        {manages ? (
          <>
            <Card title="Invite somebody" className="max-w-3xl">
              <InviteForm origin={door.origin} />
            </Card>
            <Card title="Open links">
              {links.length === 0 ? (
                <p className="text-ink-2">None. A link appears here until it is used, withdrawn or too old; its text is shown only when it is made.</p>
              ) : (
                <Table
                  caption="Open links"
                  head={
                    <tr>
                      <Th>For</Th>
                      <Th>Kind</Th>
                      <Th>Made by</Th>
                      <Th>Ends</Th>
                      <Th>
                        <span className="sr-only">Withdraw</span>
                      </Th>
                    </tr>
                  }
                >
                  {links.map((link) => (
                    <tr key={link.id}>
                      <RowTh className="break-all">{link.email}</RowTh>
                      <Td>{link.purpose === "invite" ? `invitation as ${link.role}` : "new password"}</Td>
                      <Td>{link.createdBy ?? "command line"}</Td>
                      <Td title={formatInstant(link.expiresAt, workspace.timeZone)}>{formatAgo(link.expiresAt, ctx.now)}</Td>
                      <Td>
                        <RowAction action={revokeInviteAction} fields={{ inviteId: link.id }} submit="Withdraw" />
                      </Td>
                    </tr>
                  ))}
                </Table>
              )}
            </Card>
          </>
        ) : (
          <p className="text-ink-2">Only an admin invites people and changes roles.</p>
        )}
        <Card title="What roles may do" className="max-w-3xl">
          <Facts items={ROLES.map((role) => ({ name: role, value: ROLE_MEANING[role] }))} />
        </Card>
      </div>
    </>
  );
}
