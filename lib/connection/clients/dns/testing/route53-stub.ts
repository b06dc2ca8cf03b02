import type { Connection } from "@/lib/connection/types";
import { type Stub, type StubAnswer, type StubRequest, startStub } from "./stub-server";

/* Route 53 as far as Switchyard uses it: exact deletes, batches that are carried out as a whole, weighted records. */

export interface StubSet {
  name: string;
  type: string;
  ttl: number;
  values: string[];
  setIdentifier?: string;
  weight?: number;
  alias?: string;
}

const XML = { "content-type": "text/xml" };
const NAMESPACE = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';
const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const unescapeXml = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&apos;", "'").replaceAll("&amp;", "&");
const within = (xml: string, tag: string) => [...xml.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))].map((match) => match[1] ?? "");
const only = (xml: string, tag: string) => within(xml, tag)[0];

function toXml(set: StubSet): string {
  const weighted = set.setIdentifier === undefined ? "" : `<SetIdentifier>${escapeXml(set.setIdentifier)}</SetIdentifier><Weight>${set.weight ?? 0}</Weight>`;
  const data =
    set.alias === undefined
      ? `<TTL>${set.ttl}</TTL><ResourceRecords>${set.values.map((value) => `<ResourceRecord><Value>${escapeXml(value)}</Value></ResourceRecord>`).join("")}</ResourceRecords>`
      : `<AliasTarget><HostedZoneId>Z1</HostedZoneId><DNSName>${set.alias}</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>`;
  return `<ResourceRecordSet><Name>${set.name.replace("*", "\\052")}.</Name><Type>${set.type}</Type>${weighted}${data}</ResourceRecordSet>`;
}

function fromXml(xml: string): StubSet {
  const weight = only(xml, "Weight");
  const setIdentifier = only(xml, "SetIdentifier");
  return {
    name: (only(xml, "Name") ?? "").replace("\\052", "*").replace(/\.$/, ""),
    type: only(xml, "Type") ?? "",
    ttl: Number(only(xml, "TTL")),
    values: within(xml, "Value").map(unescapeXml),
    ...(setIdentifier === undefined ? {} : { setIdentifier: unescapeXml(setIdentifier) }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
  };
}

const identity = (set: StubSet) => `${set.name} ${set.type} ${set.setIdentifier ?? ""}`;
const same = (a: StubSet, b: StubSet) => JSON.stringify([a.ttl, [...a.values].sort(), a.weight]) === JSON.stringify([b.ttl, [...b.values].sort(), b.weight]);

export function route53Error(status: number, code: string, message: string): StubAnswer {
  return {
    status,
    headers: XML,
    body: `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}

/** The answer to a batch that names what is not there, or creates what is. */
export function invalidBatch(message: string): StubAnswer {
  return route53Error(400, "InvalidChangeBatch", `[${message}]`);
}

export interface Route53Stub extends Stub {
  sets: StubSet[];
  /** Number of looks at a change until it is in sync. */
  syncAfter: number;
  connection: Connection;
}

export async function startRoute53(zone: string, sets: StubSet[]): Promise<Route53Stub> {
  let looks = 0;
  const answer = (request: StubRequest): StubAnswer => {
    if (request.path.startsWith("/2013-04-01/change/")) {
      looks += 1;
      const status = looks >= stub.syncAfter ? "INSYNC" : "PENDING";
      return ok("GetChangeResponse", `<ChangeInfo><Id>/change/C1</Id><Status>${status}</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>`);
    }
    if (request.method === "GET") {
      const from = (request.query.get("name") ?? "").replace(/\.$/, "");
      const found = stub.sets.filter((set) => set.name === from);
      return ok(
        "ListResourceRecordSetsResponse",
        `<ResourceRecordSets>${found.map(toXml).join("")}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems>`,
      );
    }
    const after = new Map(stub.sets.map((set) => [identity(set), set]));
    for (const change of within(request.body, "Change")) {
      const set = fromXml(change);
      const old = after.get(identity(set));
      if (only(change, "Action") === "DELETE") {
        if (old === undefined) return invalidBatch(`Tried to delete resource record set [name='${set.name}.', type='${set.type}'] but it was not found`);
        if (!same(old, set)) return invalidBatch("Tried to delete resource record set but the values provided do not match the current values");
        after.delete(identity(set));
      } else {
        if (old !== undefined) return invalidBatch("Tried to create resource record set but it already exists");
        after.set(identity(set), set);
      }
    }
    stub.sets = [...after.values()];
    return ok(
      "ChangeResourceRecordSetsResponse",
      "<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>",
    );
  };
  const ok = (root: string, inner: string): StubAnswer => ({
    status: 200,
    headers: XML,
    body: `<?xml version="1.0"?><${root} ${NAMESPACE}>${inner}</${root}>`,
  });
  const stub: Route53Stub = Object.assign(await startStub(answer), {
    sets: [{ name: zone, type: "NS", ttl: 60, values: [`ns1.${zone}.`, `ns2.${zone}.`] }, ...sets],
    syncAfter: 1,
    connection: { key: "dns", kind: "route53" as const, config: {}, secret: {} },
  });
  stub.connection = {
    key: "dns",
    kind: "route53",
    config: { zone, hostedZoneId: "Z0TESTZONE", accessKeyId: "AKIATESTTESTTEST", endpoint: stub.url },
    secret: { secretAccessKey: "only-for-this-stub" },
  };
  return stub;
}
