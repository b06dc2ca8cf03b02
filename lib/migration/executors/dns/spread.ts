import { ask, type DnsAnswer, serverOf } from "@/lib/connection/clients/dns/exchange";
import { type RecordSet, setText } from "@/lib/connection/clients/dns/provider";
import type { RecordType } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import type { StepContext } from "@/lib/migration/executors/types";

/* What servers answer: every authoritative one, then resolvers (R-GRD-12). */

/** What a server shall answer for a name and type; null: nothing. */
export interface Expected {
  name: string;
  type: RecordType;
  set: RecordSet | null;
}

/** Servers that do not answer as they shall, each in one sentence. */
export interface Spread {
  asked: number;
  lagging: string[];
}

/** Why an answer is not the expected one, or null. A TTL may be shorter than expected, never longer: resolvers count it down. */
function difference(answer: DnsAnswer, expected: Expected, authoritative: boolean): string | null {
  if (answer.referral !== null) return `points to the zone ${answer.referral}`;
  if (answer.rcode !== "NOERROR" && answer.rcode !== "NXDOMAIN") return `answers ${answer.rcode}`;
  if (authoritative && !answer.authoritative) return "is not authoritative";
  const wanted = expected.set?.values ?? [];
  const same = wanted.length === answer.values.length && wanted.every((value, index) => value === answer.values[index]);
  const seen: RecordSet = { name: expected.name, type: expected.type, ttl: answer.ttl, values: answer.values };
  if (!same) return `answers ${expected.name} ${expected.type} with ${setText(seen)}`;
  return expected.set !== null && answer.ttl > expected.set.ttl ? `still gives ${expected.name} ${expected.type} a TTL of ${answer.ttl} s` : null;
}

async function askServer(context: StepContext, server: string, expected: readonly Expected[], recursion: boolean): Promise<string | null> {
  try {
    for (const one of expected) {
      const answer = await ask(context.egress, serverOf(server), one.name, one.type, { recursion, now: context.now(), signal: context.signal });
      const reason = difference(answer, one, !recursion);
      if (reason !== null) return `${server} ${reason}`;
    }
    return null;
  } catch (error) {
    return `${server}: ${messageOf(error)}`;
  }
}

/** Asks all servers at the same time. Records behind a service's own addresses cannot be seen this way and are left out. */
export async function askAll(context: StepContext, servers: readonly string[], expected: readonly Expected[], recursion = false): Promise<Spread> {
  const visible = expected.filter((one) => one.set?.proxied !== true);
  if (visible.length === 0) return { asked: 0, lagging: [] };
  const answers = await Promise.all(servers.map((server) => askServer(context, server, visible, recursion)));
  return { asked: servers.length, lagging: answers.filter((answer) => answer !== null) };
}
