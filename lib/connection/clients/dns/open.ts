import { type Connection, connectionConfig, DNS_KINDS, type DnsKind, type Egress } from "@/lib/connection/types";
import { cloudflareProvider, openCloudflare } from "./cloudflare";
import { powerdnsProvider } from "./powerdns";
import type { DnsProvider } from "./provider";
import { rfc2136Provider } from "./rfc2136";
import { openRoute53, route53Provider } from "./route53";

export function isDnsKind(kind: string): kind is DnsKind {
  return (DNS_KINDS as readonly string[]).includes(kind);
}

/** The zones a connection may change records in: nothing outside of them is ever touched (R-SEC-14). */
export function zonesOf(connection: Pick<Connection, "kind" | "config">): string[] {
  switch (connection.kind) {
    case "powerdns":
    case "rfc2136":
      return connectionConfig[connection.kind].parse(connection.config).zones;
    case "route53":
    case "cloudflare":
      return [connectionConfig[connection.kind].parse(connection.config).zone];
    default:
      return [];
  }
}

/** Opens the way to a zone's records. @throws Error for a connection that is not one of DNS */
export async function openDns(connection: Connection, egress: Egress, now: () => Date, signal?: AbortSignal): Promise<DnsProvider> {
  switch (connection.kind) {
    case "powerdns":
      return powerdnsProvider(connection, egress, now, signal);
    case "rfc2136":
      return rfc2136Provider(connection, egress, now, signal);
    case "route53":
      return route53Provider(await openRoute53(connection, egress, now, signal), connectionConfig.route53.parse(connection.config).nameservers);
    case "cloudflare":
      return cloudflareProvider(await openCloudflare(connection, egress, now, signal), connectionConfig.cloudflare.parse(connection.config).nameservers);
    default:
      throw new Error(`The connection "${connection.key}" is of kind ${connection.kind}, which has no DNS records.`);
  }
}
