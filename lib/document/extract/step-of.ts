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
  owner?: string;
  expected?: string;
}

/** A step with nothing under it. */
export function bareStep(title: string, line: number, endLine = line): RawStep {
  return { title, line, endLine, commands: [], notes: [], parts: [] };
}

const GOES_AWAY =
  /\b(?:decommission\w*|terminat\w*|tear down|retire|destroy|abschalt\w*|stilllegen|decommissionner|resilier|desmantel\w*|dar de baja|kundig\w*)\b/;

/** What a step is about, guessed from its words, then from its commands. Pure. */
export function activityOf(title: string, commands: readonly string[]): Activity | undefined {
  const text = normalise(title);
  const byCommand = commands.map((command) => COMMAND_ACTIVITIES.find(([test]) => test.test(command))?.[1]).find((one) => one !== undefined);
  const byWords = wordsActivity(text);
  // A dump is a backup in both views; words that only say "check" give way to a copy or a dump that is really run.
  if (
    byCommand !== undefined &&
    ["backup", "database-copy", "file-copy"].includes(byCommand) &&
    !(byWords === "database-copy" || byWords === "backup" || byWords === "file-copy")
  )
    return byCommand;
  return byWords ?? byCommand ?? (commands.length > 0 ? "shell" : undefined);
}

function wordsActivity(text: string): Activity | undefined {
  const head = text.split(/[:(]| - /)[0] ?? text;
  if (APPROVAL.test(head)) return "approval";
  if (startsWith(head, VERIFY) || LOAD_TEST.test(head)) return "verify";
  if (GOES_AWAY.test(head) || (DECOMMISSION.test(head) && OLD_SIDE.test(text)) || (DECOMMISSION.test(head) && KEEP_OLD.test(text))) return "decommission";
  if (startsWith(head, WAIT) || (startsWith(head, WATCH) && findDurations(text).length > 0)) return "wait";
  if (startsWith(head, KEEP_OLD) && findDurations(text).length > 0) return "wait";
  if (NOTIFY.test(head) && !/\b(?:configure|set up|add)\b/.test(head)) return "notify";
  if (/\bttl\b/.test(head) && LOWER.test(head)) return "dns";
  if (COPY.test(head) && FILES.test(head) && !/\bdatabase\b/.test(head)) return "file-copy";
  if (BACKUP.test(head)) return "backup";
  if (COPY.test(head) && DATABASE.test(text) && !/\b(?:run|apply) (?:\w+ )?migrations\b/.test(head)) return "database-copy";
  if (/\b(?:run|apply) (?:\w+ )?migrations\b/.test(head)) return "sql";
  if (EXPORT.test(head) && DATABASE.test(head)) return "backup";
  if (DNS.test(head)) return "dns";
  if (TRAFFIC.test(head) && SWITCH.test(head)) return "traffic";
  if (startsWith(head, WATCH) || VERIFY.test(head)) return "verify";
  return undefined;
}

/** Whether one of the words is among the first three of a text. */
function startsWith(text: string, test: RegExp): boolean {
  return test.test(text.split(" ").slice(0, 3).join(" "));
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
