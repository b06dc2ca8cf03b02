import type { MoveCheck, MoveWorld, ServerFacts } from "@/lib/migration/executors/move/preflight/facts";
import { block, check, listed, megabytes, pass, publishers, sideCheck, type Verdict, warn } from "./say";

/** Bytes per second at which an initial copy is expected to run at least; decides how long WAL has to be kept. */
const COPY_BYTES_PER_SECOND = 20_000_000;
/** Time WAL has to be kept in any case: a worker that is restarted, a network that is away. */
const LEAST_SECONDS = 600;
const MOST_SKEW_SECONDS = 1;

const plainOrder = ({ collate, icu }: ServerFacts["locale"]) => /^(C|POSIX|C\.UTF-?8)$/i.test(icu ?? collate);
const providerName: Record<string, string> = { c: "libc", i: "icu", b: "builtin", d: "default" };
const localeText = (locale: ServerFacts["locale"]) =>
  `${providerName[locale.provider] ?? locale.provider} ${locale.icu ?? locale.collate}${locale.ctype === locale.collate ? "" : `/${locale.ctype}`}`;

function localeMatch({ source, target }: MoveWorld): Verdict {
  const [a, b] = [localeText(source.locale), localeText(target.locale)];
  if (a === b) return pass(`Both use ${a}.`);
  const fix = `CREATE DATABASE … LOCALE_PROVIDER ${providerName[source.locale.provider] ?? "libc"} LOCALE '${source.locale.icu ?? source.locale.collate}' TEMPLATE template0 on the target.`;
  if (plainOrder(source.locale) && plainOrder(target.locale)) return warn(`The source uses ${a}, the target ${b}; both sort by code points.`, fix);
  return block(`The source uses ${a}, the target ${b}: text sorts and compares differently.`, fix);
}

function collationVersion({ source, target }: MoveWorld): Verdict {
  const { version, actualVersion } = target.locale;
  if (version !== null && actualVersion !== null && version !== actualVersion)
    return block(
      `The target's indexes were made with collation version ${version}, its system now has ${actualVersion}.`,
      "REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION on the target.",
    );
  if (source.locale.version === version || plainOrder(source.locale)) return pass(`Collation version ${version ?? "none"} on both sides.`);
  return warn(
    `Collation version ${source.locale.version ?? "none"} on the source, ${version ?? "none"} on the target. Indexes are built anew there, but text may sort differently.`,
    "Plan a REINDEX of text indexes for the way back, and look at range partitions and checks that depend on the order of text.",
  );
}

function extensions({ source, target }: MoveWorld): Verdict {
  const offered = new Map([...target.availableExtensions, ...target.extensions].map((entry) => [entry.name, entry.version]));
  const missing = source.extensions.filter(({ name }) => !offered.has(name)).map(({ name }) => name);
  if (missing.length > 0) return block(`The target's server lacks ${listed(missing)}.`, "Install the packages of these extensions on the target.");
  const other = source.extensions.filter(({ name, version }) => offered.get(name) !== version);
  if (other.length > 0)
    return warn(
      `Another version on the target: ${listed(other.map(({ name, version }) => `${name} (here ${version}, there ${offered.get(name)})`))}.`,
      "Read the release notes of these extensions; ALTER EXTENSION … UPDATE on the source may bring both to one version.",
    );
  return pass(`All ${source.extensions.length} extensions are there.`);
}

/** Bytes of WAL a slot is expected to hold back at most: everything written during the copy and a restart. */
export function expectedBacklog(source: ServerFacts): number | null {
  if (source.walBytesPerSecond === null) return null;
  return source.walBytesPerSecond * Math.max(LEAST_SECONDS, source.databaseBytes / COPY_BYTES_PER_SECOND);
}

function disk(server: ServerFacts, world: MoveWorld): Verdict {
  const backlog = expectedBacklog(world.source);
  const limit = server.settings.slotWalKeepBytes;
  const grow = `Raise max_slot_wal_keep_size or free space on the ${server.side}'s WAL disk.`;
  if (backlog === null)
    return warn("How much WAL the source writes could not be measured.", `Make sure that the ${server.side}'s disk holds the WAL of the whole copy twice.`);
  const need = 2 * backlog;
  if (limit !== null && limit < need)
    return block(`max_slot_wal_keep_size is ${megabytes(limit)}; twice the expected backlog is ${megabytes(need)}. The slot would be lost.`, grow);
  if (server.freeBytes !== null && server.freeBytes < need)
    return block(`${megabytes(server.freeBytes)} are free for WAL; twice the expected backlog is ${megabytes(need)}.`, grow);
  if (server.freeBytes !== null) return pass(`${megabytes(server.freeBytes)} are free for WAL; twice the expected backlog is ${megabytes(need)}.`);
  return warn(
    `The free space of the ${server.side}'s disk cannot be seen from the worker; twice the expected backlog of WAL is ${megabytes(need)}${limit === null ? ", and max_slot_wal_keep_size sets no limit" : ""}.`,
    `Look at the disk of the ${server.side}${limit === null ? ", and set max_slot_wal_keep_size so that a slot cannot fill it" : ""}.`,
  );
}

function skew({ source, target }: MoveWorld): Verdict {
  const apart = (a: ServerFacts["clock"], b: { aheadSeconds: number; uncertaintySeconds: number }) =>
    Math.abs(a.aheadSeconds - b.aheadSeconds) - a.uncertaintySeconds - b.uncertaintySeconds;
  const worker = { aheadSeconds: 0, uncertaintySeconds: Math.max(source.clock.ownUncertaintySeconds, target.clock.ownUncertaintySeconds) };
  const pairs: [string, number][] = [
    ["source and target", apart(source.clock, target.clock)],
    ["source and worker", apart(source.clock, worker)],
    ["target and worker", apart(target.clock, worker)],
  ];
  const bad = pairs.filter(([, seconds]) => seconds >= MOST_SKEW_SECONDS).map(([names, seconds]) => `${names} ${seconds.toFixed(1)} s`);
  return bad.length === 0
    ? pass("The clocks of source, target and worker are within a second.")
    : block(`Clocks differ: ${bad.join(", ")}.`, "Set the clocks by NTP; lag in time and the guards depend on them.");
}

export const placeChecks: readonly MoveCheck[] = [
  check("encoding", ({ source, target }) =>
    source.encoding === target.encoding
      ? pass(`Both use ${source.encoding}.`)
      : block(`The source uses ${source.encoding}, the target ${target.encoding}.`, "Create the target database with the encoding of the source."),
  ),
  check("locale", localeMatch),
  check("collation version", collationVersion),
  check("extensions", extensions),
  sideCheck("disk for WAL", disk, publishers),
  check("clocks", skew),
];
