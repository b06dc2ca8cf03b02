import { isApex } from "@/lib/plan/checks/host-names";
import type { Plan } from "@/lib/plan/types";
import * as words from "../lexicon/effects";
import { normalise } from "../lexicon/words";
import { findDurations } from "./duration";

type StepEffect = NonNullable<Plan["migrations"][number]["cutover"][number]["effects"]>[number];
export type Effect = Omit<StepEffect, "line" | "lines" | "note">;

const HOST = /(?<![\w.@-])((?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w-])/i;
const CONDITIONAL = /\b(?:if|falls|wenn|si)\b/;
const FILE = /(?<![\w.])[\w@./-]+\.(?:tsx?|jsx?|mjs|py|go|rb|rs|java|kt|php|cs|vue|svelte|css|html|json|ya?ml|toml|md)(?::\d+)?(?![\w.])/g;
/** What is done by somebody, not what is shown on a page. */
const LONGEST = 300;

/** What one line of a step says it does, in words or as a command. `back` for the steps of a rollback. Pure. */
export function effectsOf(text: string, kind: "text" | "command", back = false): Effect[] {
  if (text.length > LONGEST) return [];
  const found = kind === "command" ? commandEffects(text, back) : sentenceEffects(text, back);
  if (found.length === 0 || kind === "command") return found;
  const plain = normalise(text);
  if (words.OPTIONAL.test(plain)) return found.map((effect) => ({ ...effect, optional: true }));
  // A restore "if data is lost" is no part of the move.
  return CONDITIONAL.test(plain) ? found.map((effect) => (effect.does === "copy-data" ? { ...effect, optional: true } : effect)) : found;
}

/** Commands that close the door for writers, and those that open it again. */
const CLOSES =
  /\bmaintenance:on\b|\bmaintenance(?:-mode)? (?:on|enable|activate)\b|\bartisan down\b|\bdefault_transaction_read_only\s*(?:=|to)\s*'?on\b|\bset global (?:super_)?read_only\s*=\s*(?:1|on)\b/i;
const OPENS =
  /\bmaintenance:off\b|\bmaintenance(?:-mode)? (?:off|disable|deactivate)\b|\bartisan up\b|\bdefault_transaction_read_only\s*(?:=|to)\s*'?off\b|\bset global (?:super_)?read_only\s*=\s*(?:0|off)\b/i;

/** Commands that a sentence may hold as well as a script. */
function doorEffects(text: string): Effect[] {
  return CLOSES.test(text) ? [{ does: "stop-writes" }] : OPENS.test(text) ? [{ does: "resume" }] : [];
}

function commandEffects(text: string, back: boolean): Effect[] {
  const found: Effect[] = doorEffects(text);
  const loads =
    /\bpg_restore\b(?!.*--list)|\b(?:psql|mysql|mariadb)\b[^|#]*\s<\s*\S|\bmongorestore\b|\bpgcopydb\s+(?:clone|copy)|\bpg_dump\b[^#]*\|\s*(?:\w+\s+)*psql\b|--query="?INSERT INTO[^#]*<\s*\S|\bredis-cli\b.*--pipe/i;
  if (loads.test(text)) found.push({ does: back ? "reverse-sync" : "copy-data" });
  if (/\bCREATE (?:SUBSCRIPTION|PUBLICATION)\b|\bpglogical\b|\bpgcopydb follow\b|\baws dms (?:create|start)-replication-task\b/i.test(text))
    found.push({ does: "replicate" });
  const counted = [...text.matchAll(/\bSELECT\s+COUNT\(\*\)\s+FROM\s+["'`]?([\w.]+)/gi)]
    .map((match) => match[1] ?? "")
    .filter((table) => !/^(pg_|information_schema)/i.test(table));
  if (counted.length > 0) found.push({ does: "compare-data", scope: "part", parts: counted.slice(0, 20) });
  if (
    /\broute53\s+change-resource-record-sets\b|\bgcloud dns record-sets (?:update|transaction)|\bflarectl dns (?:update|create)|\baz network dns record-set\b/.test(
      text,
    )
  )
    found.push({ does: back ? "return" : "switch-traffic", by: "dns" });
  if (/\b(?:secrets?|config|env|vars?)[ :](?:set|put|add)\b.*\b(?:DATABASE_URL|DB_HOST|DATABASE_HOST|\w*_DATABASE_URL)=/.test(text))
    found.push({ does: back ? "return" : "switch-database", by: "setting" });
  if (/\b(?:k6 run|npm run \S*load\S*|ab -n|wrk -|hey -|artillery run|locust|jmeter)\b/.test(text)) found.push({ does: "load-test" });
  if (
    /\b(?:fly|flyctl)\s+deploy\b|\bkubectl\s+apply\b|\bhelm\s+(?:install|upgrade)\b|\bdocker[ -]compose\b.*\bup\b|\bgcloud run deploy\b|\bheroku\b.*\bdeploy\b/.test(
      text,
    )
  ) {
    const environment = environmentIn(text);
    found.push({ does: "deploy", ...(environment === null ? {} : { environment }) });
  }
  return found;
}

function environmentIn(text: string): string | null {
  const plain = normalise(text.replace(/[._/-]/g, " "));
  if (/\b(?:production|prod|produktion|produccion)\b/.test(plain)) return "production";
  return /\b(?:staging|stage|test|preview)\b/.test(plain) ? "staging" : null;
}

function sentenceEffects(text: string, back: boolean): Effect[] {
  // Files have names such as db.ts: they are no databases.
  const plain = normalise(text.replace(FILE, " "));
  const keeps = words.KEEP.test(plain) && words.OLD_SIDE.test(plain);
  // What must not be done is not done; "do not remove it so far" keeps.
  if (words.NEGATED.test(plain) && !keeps) return [];
  const door = doorEffects(text);
  if (door.length > 0) return door;
  return back ? backEffects(plain) : [...dataEffects(plain), ...trafficEffects(plain, text), ...workEffects(plain, keeps)];
}

function backEffects(plain: string): Effect[] {
  const found: Effect[] = [];
  if (words.REVERSE.test(plain)) found.push({ does: "reverse-sync" });
  if (words.STOP_WRITES.test(plain) && !words.END.test(plain)) found.push({ does: "stop-writes" });
  const turns = words.RETURN.test(plain) || words.SWITCH.test(plain);
  if (turns && words.NAMES.test(plain)) found.push({ does: "return", by: "dns" });
  else if (turns && words.TRAFFIC.test(plain)) found.push({ does: "return", by: "load-balancer" });
  else if (turns && (words.SETTING.test(plain) || /\b(?:environment|configuration|umgebung|konfiguration|environnement|entorno)\b/.test(plain)))
    found.push({ does: "return", by: "setting" });
  return found;
}

/** "Restore last night's backup into …": a backup is the source, not the deed. */
function brings(plain: string): boolean {
  const [first = "", second = ""] = plain.replace(/^[^\p{L}]+/u, "").split(" ");
  return words.COPY.test(`${first} ${second}`) && words.BACK_UP.test(plain);
}

/** "Database migrated", "data imported": the thing, then what has been done to it. */
function filledData(plain: string): boolean {
  const thing = words.DATA.exec(plain);
  return thing !== null && words.FILLED.test(plain.slice(thing.index + thing[0].length));
}

function dataEffects(plain: string): Effect[] {
  const found: Effect[] = [];
  if (words.RESUME.test(plain)) found.push({ does: "resume" });
  else if (words.STOP_WRITES.test(plain)) found.push({ does: words.END.test(plain.replace(words.STOP_WRITES, "")) ? "resume" : "stop-writes" });
  if (words.REPLICATE.test(plain)) found.push({ does: "replicate" });
  const asked = words.EXPECT_DATA.test(plain) || filledData(plain);
  if (words.COMPARE.test(plain)) found.push({ does: "compare-data", ...(words.ALL_OF.test(plain) ? { scope: "all" as const } : {}) });
  else if (words.FINAL_SYNC.test(plain) || (/\bfinal(?:e|er|es|en)?\b/.test(plain) && words.COPY.test(plain) && words.DATA.test(plain)))
    found.push({ does: "final-sync" });
  else if (asked && words.DATA.test(plain) && !words.TEST_DATA.test(plain)) found.push({ does: "expect-data" });
  else if (
    (words.DATA_MIGRATION.test(plain) && !words.FILES.test(plain)) ||
    (words.COPY.test(plain) && (words.DATA.test(plain) || brings(plain)) && !words.OTHER_LOADS.test(plain) && (brings(plain) || !words.BACK_UP.test(plain)))
  )
    found.push({ does: "copy-data" });
  return found;
}

function trafficEffects(plain: string, text: string): Effect[] {
  if (words.TTL.test(plain)) return words.LOWER.test(plain) && !words.CACHING.test(plain) ? [{ does: "lower-ttl" }] : [];
  if (words.TRIAL.test(plain)) return [];
  if (words.SWITCH.test(plain)) {
    if (words.NAMES.test(plain) && !/\b(?:domain|domaine|dominio|domane)\b(?!.*\b(?:to|auf|vers|a)\b)/.test(plain))
      return [{ does: "switch-traffic", by: "dns" }];
    if (words.TRAFFIC.test(plain)) return [{ does: "switch-traffic", by: "load-balancer" }];
    if (words.SETTING.test(plain)) return [{ does: "switch-database", by: "setting" }];
    return [];
  }
  // A record for the bare domain or its www is what users follow; one for a further name may be a trial.
  const host = HOST.exec(text)?.[1];
  const record = words.CREATE.test(plain) && words.NAMES.test(plain) && host !== undefined;
  return record && (isApex(host) || /^www\./i.test(host)) ? [{ does: "switch-traffic", by: "dns" }] : [];
}

function workEffects(plain: string, keeps: boolean): Effect[] {
  const found: Effect[] = [];
  if (words.LOAD_TEST.test(plain)) found.push({ does: "load-test" });
  else if (/^\W*(?:\d+[.)]\s*)?/.test(plain) && words.VERIFY.test(plain.slice(0, 40)))
    found.push({
      does: "verify",
      ...(words.DATABASE.test(plain) && !/\b(?:connection|connectivity|verbindung|connexion|conexion)/.test(plain) ? { parts: ["database"] } : {}),
    });
  if (words.WRITE_FILES.test(plain.slice(0, 30)) && !/\/write\b/.test(plain) && words.FILES.test(plain)) found.push({ does: "author" });
  if (words.BACK_UP.test(plain) && !words.SET_UP.test(plain) && !keeps && !brings(plain)) found.push({ does: "backup" });
  if (words.DEPLOY.test(plain.slice(0, 40))) {
    const environment = environmentIn(plain);
    found.push({ does: "deploy", ...(environment === null ? {} : { environment }) });
  }
  if (words.WATCH.test(plain) && findDurations(plain).length > 0) found.push({ does: "watch" });
  if (keeps) found.push({ does: "keep-old" });
  else if ((words.REMOVE.test(plain) || (words.DELETE.test(plain) && words.MACHINES.test(plain))) && !words.OTHER_REMOVALS.test(plain))
    found.push({ does: "remove-old" });
  return found;
}
