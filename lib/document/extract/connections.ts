import { findQuantities } from "../grammar/quantity";
import { NUMBER_WORDS } from "../lexicon/time";
import { normalise } from "../lexicon/words";
import type { Code, DocumentTree } from "../tree";
import type { Extract } from "./types";

/** Settings that size the pool of an application, in any spelling; "max" alone counts only near the word pool. */
const POOL_KEY =
  /(?:^|[\s"'{,?&._-])(?:max[_-]?pool[_-]?size|maximum[_-]?pool[_-]?size|pool[_-]?size|pool[_-]?max|connection_?limit|max[_-]?open[_-]?conns?|pool[_-]?limit)["']?\s*[:=(]\s*["']?(\d{1,5})\b/;
const BARE_MAX = /(?:^|[\s"'{,])max(?:imum|connections)?["']?\s*[:=]\s*["']?(\d{1,5})\b/;
const POOLER_KEY = /\b(?:default_?pool_?size|reserve_?pool_?size|max_?db_?connections)["']?\s*[:=]\s*["']?(\d{1,5})\b/;
const LIMIT_KEY = /\bmax[_-]?connections["'`]?\s?(?:[:=]\s?|(?<=--max-connections\s))["']?(\d{1,5})\b/;
const POOL_WORD = /pool(?:s|ing)?(?![a-z])/;
const POOLER = /\b(?:pgbouncer|pgpool|pgcat|odyssey|proxysql|supavisor|rds proxy|pooler)\b/;
/** "16 Pods mit je DB_POOL_SIZE=15", "four VMs with pools of 80", "8 processes with a pool of fifteen each". */
const INSTANCES_WITH_POOL =
  /(?<![\d.,])(\d{1,4})\s(?:[\p{L}-]+\s){0,3}?(?:pods?|vms?|instances?|instanzen|servers?|serveurs?|servidores|processes|prozesse|processus|procesos|workers?|tasks?|tareas|taches|machines?|containers?|replicas?|nodes?|knoten)\s(?:[\p{L}]+\s){0,3}?(?:mit|with|x|×|à|avec|con|each|je|a|of|at)\s(?:[\p{L}]+\s){0,3}?[`"']?(?:[a-z_]*(?:pool|conn)[a-z_]*\s?[=:]?\s?(?:size\s?)?(?:of\s|von\s|de\s|max\s)?)[`"']?(\d{1,4})(?![\d%])/u;
const POOL_OF =
  /(?<![\d.,])(\d{1,4})\s(?:[\p{L}-]+\s){1,4}?(?:with|mit|avec|con)\s(?:a\s|an\s|je\s|un\s|einem\s)?(\d{1,3})\s(?:connections?|conns|verbindungen|connexions?|conexiones)\s?(?:each|je|chacun\w*|cada)?/u;
/** Redis and the like have clients of their own. */
const OTHER_POOLS = /(?<![a-z])(?:redis|memcached|valkey|maxclients|rabbitmq|smtp|http)(?![a-z])/;

/** "60 connections", "20-25 actual database connections". */
const COUNT = /(?<![\d.])(\d{1,5})(?:\s?[-–]\s?(\d{1,5}))?\s(?:[\p{L}]+\s){0,2}(?:connections?|conns|verbindungen|connexions?|conexiones)\b/u;
const ACCEPTS =
  /\b(?:supports?|allows?|can|could|kann|konnen|peut|peuvent|puede|pueden|accepts?|limit(?:ed)?|at most|up to|max(?:imum)?|erlaubt|hochstens|maximal|unterstutzt|autorise|maximum|permite|soporta|admite)\b/;
const KEEPS = /\b(?:maintains?|keeps?|opens?|holds?|halt|offnet|maintient|ouvre|mantiene|abre)\b/;
const REPLICAS = /^\s*(?:replicas|desired_?count|instance_?count|num_?instances)["']?\s*[:=]\s*["']?(\d{1,4})\b/;
const NEAR = 6;

/** Sizes of connection pools and limits of databases, from settings and from the sentences beside them. */
export const connections: Extract = ({ tree, draft }) => {
  const add = (kind: Kind, what: string, line: number, low: number, high: number | null) => {
    const size = high === null ? { value: low } : { min: low, max: high };
    draft.add("limits", { what, kind, ...size, unit: kind === "instances" ? "instances" : kind === "storage" ? "GB" : "connections", line }, line);
    draft.claim(line, "connections");
  };
  for (const block of tree.blocks) if (block.type === "code") settings(block, add);
  for (const { line, text } of prose(tree)) {
    const plain = normalise(text.slice(0, 400));
    const setting = LIMIT_KEY.exec(plain)?.[1];
    if (setting !== undefined) add("connection-limit", "Connections the database accepts", line, Number(setting), null);
    const spread = OTHER_POOLS.test(plain) ? null : (INSTANCES_WITH_POOL.exec(withDigits(plain)) ?? POOL_OF.exec(withDigits(plain)));
    if (spread?.[1] !== undefined && spread[2] !== undefined && !POOLER.test(plain.replace(/(?:kein|no|without|ohne|sans|sin)\s(?:\w+\s)?pgbouncer/, ""))) {
      add("pool-size", "Pool of the application", line, Number(spread[2]), null);
      add("instances", "Instances", line, Number(spread[1]), null);
    }
    if (ORDERED.test(plain)) {
      const [size] = findQuantities(text.slice(0, 400)).filter((one) => one.unit === "GB" || one.unit === "TB");
      if (size !== undefined) add("storage", "Storage that is ordered", line, size.unit === "TB" ? size.value * 1_000 : size.value, null);
    }
    const count = COUNT.exec(plain);
    const accepted = setting === undefined ? ACCEPTED.exec(plain) : null;
    if (accepted !== null && !OTHER_POOLS.test(plain))
      add("connection-limit", "Connections the database accepts", line, Number(accepted[1] ?? accepted[2]), null);
    if (count?.[1] === undefined) continue;
    const [low, high] = [Number(count[1]), count[2] === undefined ? null : Number(count[2])];
    if (POOLER.test(plain) && KEEPS.test(plain) && !ACCEPTS.test(plain)) add("pooler-size", "Connections kept by the pooler", line, low, high);
  }
};

/** "Ordered with 1,024 GB". */
const ORDERED =
  /(?<![a-z])(?:ordered|provisioned|allocated|bestellt|gebucht|provisioniert|commandee?s?|provisionnee?s?|alloue\w*|contratad[oa]s?|asignad[oa]s?)(?![a-z])/u;
/** "The database accepts 200 connections", "`max_connections` es 200", "is set to 400". */
const ACCEPTED =
  /max_connections[`"']?\s(?:is|es|ist|est|auf|set|a|=|steht|fixe|of)?\s?(?:set\s)?(?:to\s|auf\s|a\s|en\s)?(\d{2,5})(?!\d)|(?<![a-z])(?:database|datenbank|postgres\w*|mysql|base|base de donnees|base de datos|server)\s(?:[a-z]+\s){0,2}?(?:accepts?|allows?|erlaubt|nimmt|accepte|autorise|acepta|admite)\s(?:at most\s|up to\s|hochstens\s|bis zu\s|jusqu'a\s|hasta\s)?(\d{2,5})\s(?:connections?|verbindungen|connexions?|conexiones)/u;

/** Small numbers as digits: "eight processes with a pool of fifteen". */
function withDigits(plain: string): string {
  return plain.replace(/(?<![a-z-])[a-z]{3,7}(?![a-z-])/g, (word) => {
    const value = NUMBER_WORDS.get(word);
    return value !== undefined && value >= 2 ? String(value) : word;
  });
}

type Kind = "pool-size" | "pooler-size" | "connection-limit" | "instances" | "storage";
type Add = (kind: Kind, what: string, line: number, low: number, high: number | null) => void;

function settings(block: Code, add: Add): void {
  let pool = Number.NEGATIVE_INFINITY;
  block.lines.forEach(({ line, text }, i) => {
    if (text.length > 400) return;
    const plain = normalise(text);
    const [setting = "", ...rest] = plain.split(/\s(?:\/\/|#|--)\s?/);
    const comment = rest.join(" ");
    if (POOL_WORD.test(setting)) pool = i;
    const pooler = POOLER_KEY.exec(setting);
    const keyed = /min_?(?:imum_?)?(?:pool|idle)/.test(setting) ? null : POOL_KEY.exec(setting);
    const bare = i - pool <= NEAR ? BARE_MAX.exec(setting) : null;
    const accepted = LIMIT_KEY.exec(setting);
    if (pooler?.[1] !== undefined) add("pooler-size", "Connections kept by the pooler", line, Number(pooler[1]), null);
    else if (keyed?.[1] !== undefined || bare?.[1] !== undefined) add("pool-size", "Pool of the application", line, Number(keyed?.[1] ?? bare?.[1]), null);
    else if (REPLICAS.exec(setting)?.[1] !== undefined) add("instances", "Instances", line, Number(REPLICAS.exec(setting)?.[1]), null);
    else if (accepted?.[1] !== undefined) add("connection-limit", "Connections the database accepts", line, Number(accepted[1]), null);
    const said = COUNT.exec(comment);
    if (said?.[1] !== undefined && ACCEPTS.test(comment) && !POOL_WORD.test(comment))
      add("connection-limit", "Connections the database accepts", line, Number(said[1]), null);
  });
}

function* prose(tree: DocumentTree): Generator<{ line: number; text: string }> {
  for (const block of tree.blocks) {
    if (block.type === "list") for (const item of block.items) yield { line: item.line, text: item.text };
    if (block.type === "paragraph") yield* block.lines;
  }
}
