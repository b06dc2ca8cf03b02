import type { Metadata } from "next";
import { revokeTokenAction } from "@/app/(app)/settings/actions";
import { RowAction } from "@/components/settings/row-action";
import { TokenForm } from "@/components/settings/token-form";
import { Card, PageHeader } from "@/components/ui/layout";
import { Badge } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { listTokens, type TokenRow } from "@/lib/auth/people-store";
import { currentDoor } from "@/lib/auth/session";
import { scopesFor } from "@/lib/auth/token-scopes";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";

export const metadata: Metadata = { title: "Tokens · Settings" };

const WEEK_MS = 7 * 86_400_000;

function answerOf(tokens: TokenRow[], now: Date): string {
  const live = tokens.filter((token) => token.revokedAt === null && token.expiresAt > now);
  const soon = live.filter((token) => token.expiresAt.getTime() - now.getTime() < WEEK_MS);
  if (live.length === 0) return "No token is valid now. Scripts and collectors need one to send metrics or bills.";
  const ending = soon.length === 0 ? "none ends within a week" : `${soon.length} end${soon.length === 1 ? "s" : ""} within a week`;
  return `${live.length} token${live.length === 1 ? " is" : "s are"} valid; ${ending}.`;
}

export default async function TokensPage() {
  const ctx = await pageContext();
  const everybody = can(ctx, "people.manage");
  const [tokens, workspace, door] = await Promise.all([listTokens(ctx.db, ctx.actor.userId, everybody, ctx.now), readWorkspace(ctx.db), currentDoor()]);
  return (
    <>
      <PageHeader above="Settings" title="Tokens" answer={answerOf(tokens, ctx.now)} />
      <div className="grid grid-cols-1 gap-4">
        <Card title={everybody ? "Tokens of everybody" : "Your tokens"}>
          {tokens.length === 0 ? (
            <p className="text-ink-2">
              Make one below, then send it as “Authorization: Bearer …”. It can do what its scopes and your role allow, and never approves.
            </p>
          ) : (
            <Table
              caption="Tokens"
              head={
                <tr>
                  <Th>Token</Th>
                  <Th>Scopes</Th>
                  <Th>Last used</Th>
                  <Th>Ends</Th>
                  <Th>
                    <span className="sr-only">Revoke</span>
                  </Th>
                </tr>
              }
            >
              {tokens.map((token) => (
                <tr key={token.id} data-testid="token">
                  <RowTh>
                    {token.name}
                    <br />
                    <span className="font-normal text-ink-2">
                      <code>{token.prefix}…</code> {token.own ? "yours" : token.person}
                    </span>
                  </RowTh>
                  <Td>{token.scopes.join(", ")}</Td>
                  <Td>{token.lastUsedAt === null ? "never" : formatAgo(token.lastUsedAt, ctx.now)}</Td>
                  <Td title={formatInstant(token.expiresAt, workspace.timeZone)}>
                    {token.revokedAt !== null ? (
                      <Badge tone="bad">revoked</Badge>
                    ) : token.expiresAt <= ctx.now ? (
                      <Badge tone="bad">expired</Badge>
                    ) : (
                      formatAgo(token.expiresAt, ctx.now)
                    )}
                  </Td>
                  <Td>
                    {token.revokedAt === null && token.expiresAt > ctx.now ? (
                      <RowAction action={revokeTokenAction} fields={{ tokenId: token.id }} submit="Revoke" tone="danger" />
                    ) : null}
                  </Td>
                </tr>
              ))}
            </Table>
          )}
        </Card>
        <Card title="New token" className="max-w-3xl">
          <TokenForm scopes={scopesFor(ctx.actor.role)} origin={door.origin} />
        </Card>
      </div>
    </>
  );
}
