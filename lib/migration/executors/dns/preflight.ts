import { zonesOf } from "@/lib/connection/clients/dns/open";
import { type DnsProvider, type RecordSet, sameValues, setText } from "@/lib/connection/clients/dns/provider";
import type { Connection } from "@/lib/connection/types";
import { RECORD_TYPES } from "@/lib/core/dns-name";
import { formatDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import type { DnsSetConfig } from "@/lib/migration/traffic-types";
import { oldTtl, type Passage, passages, pick, writtenSet } from "./decide";
import { askAll } from "./spread";

/* What is checked before records are changed; nothing is changed by it. */

/** A TTL above it makes a way back last longer than most people are ready to wait. */
const LONG_TTL_S = 3_600;
/** Time besides the TTL that a try needs. */
const MARGIN_MS = 600_000;

const pass = (name: string, message: string): PreflightCheck => ({ name, level: "pass", message });
const block = (name: string, message: string, fix: string): PreflightCheck => ({ name, level: "block", message, fix });
const warn = (name: string, message: string, fix?: string): PreflightCheck => ({ name, level: "warn", message, ...(fix === undefined ? {} : { fix }) });

/** The connection's own list decides which zones may be touched, before anything is asked (R-SEC-14). */
export function zoneCheck(config: DnsSetConfig, connection: Connection): PreflightCheck {
  const allowed = zonesOf(connection);
  if (allowed.includes(config.zone)) return pass("zone", `The connection may change ${config.zone}.`);
  return block(
    "zone",
    `The connection may not change the zone ${config.zone}.`,
    `It may change: ${allowed.join(", ")}. Add the zone to the connection if that is meant.`,
  );
}

function serviceChecks(config: DnsSetConfig, provider: DnsProvider): PreflightCheck[] {
  const checks = [
    provider.compareAndSwap
      ? pass("foreign changes", provider.guard)
      : warn("foreign changes", provider.guard, "Let nobody else change these records meanwhile."),
  ];
  const types = config.records.map((set) => set.type).filter((type) => !provider.types.includes(type));
  if (types.length > 0)
    checks.push(
      block("types", `Records of type ${types.join(", ")} cannot be changed through this connection.`, `It can change: ${provider.types.join(", ")}.`),
    );
  if (config.ttl < provider.minTtl) checks.push(block("TTL", `The service takes no TTL below ${provider.minTtl} s.`, `Set ttl to ${provider.minTtl} or more.`));
  else if (config.ttl === 0)
    checks.push(warn("TTL", "With a TTL of 0 every question reaches the authoritative servers; some resolvers keep records for a while all the same."));
  else if (config.ttl > LONG_TTL_S)
    checks.push(warn("TTL", `Going back would take up to ${formatDuration(config.ttl * 1_000)} (the new TTL).`, "Use a short TTL now and raise it later."));
  return checks;
}

function recordChecks(config: DnsSetConfig, list: readonly Passage[]): PreflightCheck[] {
  return config.records.flatMap(({ name, type, expect }, index): PreflightCheck[] => {
    const passage = list[index];
    const label = `${name} ${type}`;
    const before = passage?.before ?? null;
    if (before?.obstacle !== undefined) return [block(label, `${label}: ${before.obstacle}`, "Change the record outside, or leave it out of this step.")];
    if (expect !== undefined && !sameValues(before, writtenSet(name, type, expect, 0)))
      return [block(label, `${label} is ${setText(before)}, not what the runbook expects.`, "Correct the record or `expect`.")];
    if (passage !== undefined && sameValues(before, passage.wanted) && before?.ttl === passage.wanted?.ttl)
      return [warn(label, `${label} already is as wanted.`)];
    return [pass(label, `${label} is ${setText(before)}; a rollback puts that back.`)];
  });
}

/** A name with a CNAME has no other records, also not such as this step does not speak of. */
async function neighbours(config: DnsSetConfig, provider: DnsProvider): Promise<PreflightCheck[]> {
  const checks: PreflightCheck[] = [];
  for (const name of new Set(config.records.map((set) => set.name))) {
    const mine = config.records.filter((set) => set.name === name);
    const isAlias = mine.some((set) => set.type === "CNAME" && set.values.length > 0);
    if (!isAlias && mine.every((set) => set.values.length === 0 || set.type === "CNAME")) continue;
    const present = await provider.read(config.zone, name, isAlias ? RECORD_TYPES : ["CNAME"]);
    const inTheWay = present.filter((set) => (set.type === "CNAME") !== isAlias && !mine.some((one) => one.type === set.type && one.values.length === 0));
    if (inTheWay.length > 0) {
      const types = inTheWay.map((set) => set.type).join(", ");
      checks.push(
        block(`${name} alone`, `${name} has ${types}, which cannot be beside the new record.`, `Remove it in the same step: list ${types} with no values.`),
      );
    }
  }
  return checks;
}

async function serverChecks(config: DnsSetConfig, list: readonly Passage[], nameservers: readonly string[], context: StepContext): Promise<PreflightCheck[]> {
  if (nameservers.length === 0)
    return [block("authoritative servers", `The authoritative servers of ${config.zone} are not known.`, "Name them in the connection (nameservers).")];
  const expected = list.map(({ name, type, before }) => ({ name, type, set: before }));
  const { lagging, asked } = await askAll(context, nameservers, expected);
  const checks = lagging.map((reason) =>
    block(
      "authoritative servers",
      `${reason}.`,
      "Every authoritative server has to answer over TCP with the records as they are: correct the server, or name other addresses in the connection.",
    ),
  );
  if (checks.length === 0)
    checks.push(
      asked === 0
        ? warn("authoritative servers", "The service answers with its own addresses: what servers answer says nothing about these records.")
        : pass("authoritative servers", `All ${asked} authoritative servers have the records as they are.`),
    );
  if (config.resolvers.length === 0) return checks;
  const resolvers = await askAll(context, config.resolvers, expected, true);
  return [
    ...checks,
    ...resolvers.lagging.map((reason) => warn("resolvers", `${reason}.`, "The step waits until the resolvers have the new records.")),
    ...(resolvers.lagging.length === 0 ? [pass("resolvers", "The resolvers answer.")] : []),
  ];
}

function waitCheck(config: DnsSetConfig, list: readonly Passage[], timeoutMs: number): PreflightCheck {
  const seconds = oldTtl(list);
  if (seconds === 0) return pass("old TTL", `No record has a TTL above ${config.ttl} s: nothing has to be waited out.`);
  const text = `The TTL is lowered to ${config.ttl} s first; then the old one, ${formatDuration(seconds * 1_000)}, is waited out.`;
  if (seconds * 1_000 + MARGIN_MS <= timeoutMs) return pass("old TTL", text);
  return block("old TTL", `${text} A try may only take ${formatDuration(timeoutMs)}.`, "Give the step a longer timeout, or lower the TTL beforehand.");
}

/** All checks of a change of records. `timeoutMs`: longest time of one try. */
export async function preflightRecords(
  config: DnsSetConfig,
  connection: Connection,
  provider: DnsProvider,
  timeoutMs: number,
  context: StepContext,
): Promise<PreflightCheck[]> {
  const zone = zoneCheck(config, connection);
  if (zone.level === "block") return [zone];
  const checks = [zone, ...serviceChecks(config, provider)];
  try {
    const facts = await provider.zoneFacts(config.zone);
    for (const problem of facts.problems) checks.push(block("zone", problem, "Correct the connection."));
    const before = await readAll(config, provider);
    const list = passages(config, before);
    checks.push(...recordChecks(config, list), ...(await neighbours(config, provider)), waitCheck(config, list, timeoutMs));
    checks.push(...(await serverChecks(config, list, facts.nameservers, context)));
  } catch (error) {
    checks.push(block("records", messageOf(error), "Correct the connection, or the names in the runbook."));
  }
  return checks;
}

/** The record sets of a step as they are now. */
export async function readAll(config: DnsSetConfig, provider: DnsProvider): Promise<RecordSet[]> {
  const found: RecordSet[] = [];
  for (const name of new Set(config.records.map((set) => set.name))) {
    const types = config.records.filter((set) => set.name === name).map((set) => set.type);
    const sets = await provider.read(config.zone, name, types);
    for (const type of types) {
      const set = pick(sets, name, type);
      if (set !== null) found.push(set);
    }
  }
  return found;
}
