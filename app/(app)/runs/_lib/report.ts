import type { JournalView, RunView } from "@/components/migration/view";
import { visible } from "@/components/migration/visible";
import { KIND_WORDS, runTitle } from "@/components/migration/words";
import { formatClock, formatDuration } from "@/lib/core/duration";
import { formatPercent } from "@/lib/core/percent";
import { formatInstant, formatTimeOfDay } from "@/lib/core/time";
import type { ShareView } from "@/lib/migration/share-view";

export interface GuardEvidence {
  key: string;
  title: string;
  condition: string;
  limit: string;
  state: string;
  samples: number;
  bad: number;
  low: number | null;
  high: number | null;
  trippedAt: string | null;
  trace: unknown;
}

export interface TryEvidence {
  step: string;
  number: number;
  direction: "apply" | "undo";
  begunAt: string;
  endedAt: string | null;
  outcome: string | null;
  reason: string | null;
}

/** Stages of one way for traffic: the share that was set beside the one that was measured, percent of the new side. */
export type ShareEvidence = Pick<ShareView["ways"][number], "title" | "stages">;

/** The evidence of a run: everything that is known of it, in the form that is kept and compared. */
export interface RunReport {
  schemaVersion: 1;
  generatedAt: string;
  run: Omit<RunView, "actions" | "current" | "next" | "todo" | "openGateId" | "guards">;
  share: ShareEvidence[];
  guards: GuardEvidence[];
  tries: TryEvidence[];
  journal: JournalView[];
}

/** One table of the report: heading, column names, rows of plain text. Drawn as HTML, as Markdown and by the page. */
export interface ReportTable {
  title: string;
  head: string[];
  rows: string[][];
  /** Said instead of an empty table. */
  empty: string;
}

export interface ReportText {
  title: string;
  answer: string;
  facts: [string, string][];
  tables: ReportTable[];
}

/** Puts the report together from what was read. Pure. */
export function buildReport(view: RunView, share: ShareEvidence[], guards: GuardEvidence[], tries: TryEvidence[], journal: JournalView[]): RunReport {
  const { actions: _actions, current: _current, next: _next, todo: _todo, openGateId: _gate, guards: _guards, ...run } = view;
  return { schemaVersion: 1, generatedAt: view.at, run, share, guards, tries, journal };
}

const number = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 6 });

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function traceText(trace: unknown): string {
  return trace === null || trace === undefined ? "" : JSON.stringify(trace);
}

/** The report in words. Pure. */
export function reportText(report: RunReport): ReportText {
  const { run } = report;
  const zone = run.timeZone;
  const instant = (at: string | null) => (at === null ? "–" : formatInstant(new Date(at), zone));
  const zero = run.startedAt === null ? null : Date.parse(run.startedAt);
  const clock = (at: string | null) => (at === null || zero === null || Date.parse(at) < zero ? "–" : formatClock(Date.parse(at) - zero));
  return {
    title: `Evidence report: ${runTitle(run).toLowerCase()}, ${run.migration.name}`,
    answer: run.answer,
    facts: [
      ["Project", run.project.name],
      ["From, to", `${run.from} → ${run.to}`],
      ["State", run.state.word],
      ["Plan hash", run.planHash],
      ["Runbook", `version ${run.runbookVersion}`],
      ["Reason", run.reason === "" ? "–" : run.reason],
      ["Made by", `${run.createdBy}, ${instant(run.createdAt)}`],
      ["Started", instant(run.startedAt)],
      ["Ended", instant(run.endedAt)],
      ["Why it ended", run.endReason ?? "–"],
      ["Took", run.startedAt === null ? "–" : formatDuration(Date.parse(run.endedAt ?? run.at) - Date.parse(run.startedAt))],
      ["Approvals", run.solo ? "single operator: requester and approver are the same person" : "requester and approver differ"],
      ["Report made", instant(report.generatedAt)],
    ],
    tables: [
      {
        title: "Approvals",
        head: ["Question", "Verdict", "Person", "When", "Remark", "Plan"],
        rows: run.gates.flatMap((gate) =>
          gate.verdicts.length === 0
            ? [[gate.title, gate.state.word, "–", "–", "", gate.planHash.slice(0, 12)]]
            : gate.verdicts.map((verdict) => [
                gate.title,
                `${verdict.verdict === "approve" ? "approved" : "rejected"}${verdict.solo ? " (single operator)" : ""}`,
                verdict.approver,
                instant(verdict.at),
                verdict.reason,
                gate.planHash.slice(0, 12),
              ]),
        ),
        empty: "Approval was never requested.",
      },
      {
        title: "Steps",
        head: ["#", "Step", "Kind", "Outcome", "Planned", "Began", "Ended", "Result"],
        rows: run.steps.map((step) => [
          String(step.number),
          step.title,
          KIND_WORDS[step.kind],
          step.state.word,
          step.expectedMs === null ? "–" : formatDuration(step.expectedMs),
          clock(step.startedAt),
          clock(step.endedAt),
          [step.message, ...step.facts.map((fact) => `${fact.name}: ${fact.value}`)].filter((part) => part !== "").join("; "),
        ]),
        empty: "The run has no steps.",
      },
      {
        title: "Share of the traffic",
        head: ["New side", "From", "Set", "Measured", "Answers"],
        rows: report.share.flatMap(({ title, stages }) =>
          stages.map((stage) => [
            title,
            clock(stage.from),
            formatPercent(stage.set),
            formatPercent(stage.percent),
            stage.answers === null ? "–" : stage.answers.toLocaleString("en-GB"),
          ]),
        ),
        empty: "No traffic was moved by weights.",
      },
      {
        title: "Guards",
        head: ["Guard", "Trips when", "State", "Samples", "Bad", "Lowest", "Highest", "Tripped", "Trace"],
        rows: report.guards.map((guard) => [
          guard.title,
          guard.condition,
          guard.state,
          String(guard.samples),
          String(guard.bad),
          guard.low === null ? "–" : number.format(guard.low),
          guard.high === null ? "–" : number.format(guard.high),
          guard.trippedAt === null ? "no" : `${clock(guard.trippedAt)}, ${instant(guard.trippedAt)}`,
          traceText(guard.trace),
        ]),
        empty: "The runbook has no guards.",
      },
      {
        title: "Automatic rollback",
        head: ["Guard", "First bad sample", "Decided after", "Traffic back after"],
        rows:
          run.reaction === null
            ? []
            : [
                [
                  run.reaction.guard,
                  instant(run.reaction.firstBadAt),
                  seconds(run.reaction.decidedAfterMs),
                  run.reaction.backAfterMs === null ? "not back" : seconds(run.reaction.backAfterMs),
                ],
              ],
        empty: "No guard rolled back by itself.",
      },
      {
        title: "Tries",
        head: ["Step", "Try", "Direction", "Begun", "Ended", "Outcome", "Reason"],
        rows: report.tries.map((one) => [
          one.step,
          String(one.number),
          one.direction,
          clock(one.begunAt),
          clock(one.endedAt),
          one.outcome ?? "open",
          one.reason ?? "",
        ]),
        empty: "No step was begun.",
      },
      {
        title: "Journal",
        head: ["#", "When", "Clock", "Who", "What"],
        rows: report.journal.map((entry) => {
          const reason =
            typeof entry.data.reason === "string" && entry.data.reason !== "" && !entry.message.includes(entry.data.reason) ? ` “${entry.data.reason}”` : "";
          return [
            String(entry.seq),
            formatTimeOfDay(new Date(entry.at), zone),
            clock(entry.at),
            entry.actor.kind === "worker" ? `worker ${entry.actor.name}` : entry.actor.name,
            `${entry.message}${reason}`,
          ];
        }),
        empty: "The journal is empty.",
      },
    ],
  };
}

/** Text inside a Markdown table cell: no column breaks, no lines, nothing that formats or links. */
function cell(text: string): string {
  return visible(text)
    .replace(/\s*\n\s*/g, " ")
    .replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)
    .trim();
}

/** The report as Markdown. */
export function reportMarkdown(text: ReportText): string {
  const lines = [`# ${cell(text.title)}`, "", cell(text.answer), ""];
  for (const [name, value] of text.facts) lines.push(`- **${name}:** ${cell(value)}`);
  for (const table of text.tables) {
    lines.push("", `## ${table.title}`, "");
    if (table.rows.length === 0) lines.push(table.empty);
    else lines.push(row(table.head), row(table.head.map(() => "---")), ...table.rows.map((cells) => row(cells.map(cell))));
  }
  return `${lines.join("\n")}\n`;
}

const row = (cells: string[]) => `| ${cells.join(" | ")} |`;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string) => visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;color:#14181f;background:#fff;margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
th,td{border:1px solid #d5dae2;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#eef0f4}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{color:#4a5361}dd{margin:0;overflow-wrap:anywhere}@media print{body{margin:0}tr{break-inside:avoid}}`;

/** The report as one HTML file that needs nothing else: no script, no address but its own text. */
export function reportHtml(text: ReportText): string {
  const tables = text.tables.map((table) => {
    const head = table.head.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
    const body = table.rows.map((cells) => `<tr>${cells.map((one) => `<td>${escapeHtml(one)}</td>`).join("")}</tr>`).join("\n");
    return `<h2>${escapeHtml(table.title)}</h2>\n${table.rows.length === 0 ? `<p>${escapeHtml(table.empty)}</p>` : `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`}`;
  });
  const facts = text.facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("");
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(text.title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(text.title)}</h1><p>${escapeHtml(text.answer)}</p><dl>${facts}</dl>\n${tables.join("\n")}\n</body></html>\n`;
}

/** Which form is asked for: `?format=` before `Accept`; HTML where a browser asks. Null: none that exists. */
export function reportFormat(format: string | null, accept: string | null): "html" | "markdown" | "json" | null {
  if (format !== null) return format === "html" || format === "json" ? format : format === "md" || format === "markdown" ? "markdown" : null;
  const wanted = accept ?? "";
  if (/text\/markdown/i.test(wanted)) return "markdown";
  if (/text\/html/i.test(wanted)) return "html";
  return "json";
}
