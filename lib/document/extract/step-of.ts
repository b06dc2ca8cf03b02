import { findDurations } from "../grammar/duration";
import {
  type Activity,
  APPROVAL,
  BACKUP,
  COMMAND_ACTIVITIES,
  CONDITION,
  COPY,
  DATABASE,
  DECOMMISSION,
  DNS,
  EXPORT,
  FILES,
  KEEP_OLD,
  LOAD_TEST,
  LOWER,
  NOTIFY,
  OLD_SIDE,
  OPTIONAL,
  SWITCH,
  TRAFFIC,
  VERIFY,
  WAIT,
  WATCH,
} from "../lexicon/commands";
import { normalise } from "../lexicon/words";

/** A step as it stands in the document, before it becomes a step of the plan. */
export interface RawStep {
  title: string;
  line: number;
  endLine: number;
  commands: string[];
  /** Remarks under it: what a person reads. */
  notes: string[];
  parts: { title: string; line: number; done?: boolean; offset?: string }[];
  done?: boolean;
  section?: string;
  offset?: string;
  /** Time of day as written. */
  at?: string;
  owner?: string;
  /** Code that is no command stands below it. */
  code?: true;
  expected?: string;
}

/** A step with nothing under it. */
export function bareStep(title: string, line: number, endLine = line): RawStep {
  return { title, line, endLine, commands: [], notes: [], parts: [] };
}

/** What stands for a whole side when it is deleted or removed. */
const REMOVABLE =
  /\b(?:vms?|servers?|instances?|clusters?|accounts?|subscriptions?|contracts?|apps?|stacks?|environments?|projects?|vertrag|serveur|contrat|servidor|contrato)\b/;
const GOES_AWAY =
  /\b(?:decommission\w*|terminat\w*|tear down|retire|destroy|cancel|shut ?down|abschalt\w*|stilllegen|decommissionner|resilier|desmantel\w*|dar de baja|kundig\w*)\b/;

/** What a step is about, guessed from its words, then from its commands. Pure. */
export function activityOf(title: string, commands: readonly string[]): Activity | undefined {
  const text = normalise(title);
  const byCommand = commands.map((command) => COMMAND_ACTIVITIES.find(([test]) => test.test(command))?.[1]).find((one) => one !== undefined);
  const byWords = wordsActivity(text);
  // What is really run says more than words that only say "check" or "save".
  const copies = byCommand === "backup" || byCommand === "database-copy" || byCommand === "file-copy";
  const sameKind = byWords === "database-copy" || byWords === "backup" || byWords === "file-copy";
  if (copies && (!sameKind || (byWords === "backup" && byCommand === "database-copy"))) return byCommand;
  if (byWords === "verify" && (byCommand === "http-check" || (commands.length === 0 && WEB.test(title)))) return "http-check";
  return byWords ?? byCommand ?? (commands.length > 0 ? "shell" : undefined);
}

/** An address that is to be looked at. */
const WEB = /https?:\/\/\S|(?<![\w@.-])(?:[a-z0-9-]+\.){2,4}[a-z]{2,12}(?![\w-])|(?<!\S)\/(?:health|ready|status|ping)\w*/i;
const PLANS = /^(?:schedule|plan|pick|choose|agree|book|prepare|document|create|write|define|configure|set up|setup)\b/;

function wordsActivity(text: string): Activity | undefined {
  // "Start: send the notice": one word in front of a colon only says when.
  const first = (text.split(/[:(]| - /)[0] ?? text).trim();
  const head = first.includes(" ") ? first : (text.split("(")[0] ?? text);
  if (APPROVAL.test(head)) return "approval";
  if (startsWith(head, VERIFY, 1) || LOAD_TEST.test(head)) return "verify";
  if (
    GOES_AWAY.test(head) ||
    (startsWith(head, DECOMMISSION, 1) && REMOVABLE.test(text)) ||
    (DECOMMISSION.test(head) && OLD_SIDE.test(text)) ||
    (DECOMMISSION.test(head) && KEEP_OLD.test(text))
  )
    return "decommission";
  if (startsWith(head, WAIT) || (startsWith(head, WATCH) && findDurations(text).length > 0)) return "wait";
  if (startsWith(head, KEEP_OLD) && findDurations(text).length > 0) return "wait";
  if (NOTIFY.test(head) && !/\b(?:configure|set up|add)\b/.test(head)) return "notify";
  if (/\bttl\b/.test(head) && LOWER.test(head)) return "dns";
  if (COPY.test(head) && BACKUP.test(head) && !PLANS.test(head) && !FILES.test(head)) return "database-copy";
  if (COPY.test(head) && FILES.test(head) && !/\bdatabase\b/.test(head)) return "file-copy";
  if (DNS.test(head) && !startsWith(head, BACKUP, 1)) return "dns";
  if (BACKUP.test(head)) return "backup";
  if (COPY.test(head) && DATABASE.test(text) && !/\b(?:run|apply) (?:\w+ )?migrations\b/.test(head)) return "database-copy";
  if (/\b(?:run|apply) (?:\w+ )?migrations\b/.test(head)) return "sql";
  if (EXPORT.test(head) && DATABASE.test(head)) return "backup";
  if (TRAFFIC.test(head) && SWITCH.test(head) && !PLANS.test(head)) return "traffic";
  if (
    startsWith(head, WATCH) ||
    startsWith(head, VERIFY) ||
    (VERIFY.test(head.split(" ").at(-1) ?? "") && !/\b(?:after|before|nach|vor|apres|avant|despues|antes)\b/.test(head) && !PLANS.test(head))
  )
    return "verify";
  return undefined;
}

/** Whether one of the words is among the first of a text. */
function startsWith(text: string, test: RegExp, words = 2): boolean {
  return test.test(text.split(" ").slice(0, words).join(" "));
}

export interface Flags {
  optional?: true;
  condition?: string;
  ttl?: string;
}

const TTL_SECONDS = /\bttl\b[^.;]{0,40}?(\d{2,6})\s?(?:s|sec\w*|sek\w*)\b/;

/** What the words of a step say beyond what is to be done. */
export function flagsOf(title: string): Flags {
  const text = normalise(title);
  const condition = CONDITION.exec(title)?.[1]?.trim();
  const seconds = TTL_SECONDS.exec(text)?.[1];
  const ttl = seconds !== undefined ? `${Number(seconds)}s` : /\bttl\b/.test(text) ? findDurations(title)[0]?.duration : undefined;
  return {
    ...(OPTIONAL.test(text) ? { optional: true as const } : {}),
    ...(condition === undefined ? {} : { condition: condition.slice(0, 300) }),
    ...(ttl === undefined ? {} : { ttl }),
  };
}
