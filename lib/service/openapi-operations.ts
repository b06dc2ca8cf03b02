import { z } from "zod";
import { acknowledgeInput, listAlertsQuery, muteInput } from "@/lib/alert/types";
import { pageInput } from "@/lib/core/paging";
import { decisionQuery, decisionsQuery, recordDecisionInput } from "@/lib/decision/types";
import { inventoryImportQuery, resourceQuery, rulesImportQuery } from "@/lib/inventory/types";
import { samplesInput, seriesQuery } from "@/lib/metric/types";
import { metersView } from "@/lib/migration/meter-store";
import { runCommandInput } from "@/lib/migration/run-command";
import { shareView } from "@/lib/migration/share-view";
import { RUN_PARTS } from "@/lib/migration/types";
import { auditQuery } from "@/lib/service/audit-store";
import type { Operation } from "@/lib/service/openapi-types";

const PLAN_TEXT = ["application/yaml", "text/yaml", "text/markdown", "text/plain"];
const JSON_BODY = ["application/json"];
const SOURCE_FILE = ["application/json", "application/yaml", "text/plain"];
const project = "/api/v1/projects/{p}";
const IDEMPOTENCY = { name: "Idempotency-Key", text: "A repeated key is answered with the first answer and done once." };

const costsQuery = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  source: z.enum(["plan", "actual", "forecast"]).optional(),
  group: z.enum(["service", "stack", "provider", "category", "month"]).optional(),
});

/** Every operation under /api. A test compares this list with the route files. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/api/health",
    summary: "State of server, database and worker",
    permission: "public",
    statuses: { "503": "Database or every worker is gone." },
  },
  { method: "get", path: "/api/openapi.json", summary: "This document", permission: "public" },
  {
    method: "post",
    path: "/api/v1/plans/check",
    summary: "Read and check a plan or a Markdown document; nothing is written",
    permission: "workspace.read",
    body: { types: PLAN_TEXT },
  },
  { method: "get", path: "/api/v1/projects", summary: "Projects by slug", permission: "workspace.read", query: pageInput },
  { method: "get", path: project, summary: "One project with its stacks", permission: "workspace.read" },
  { method: "get", path: `${project}/plan`, summary: "The plan; its ETag is the version", permission: "workspace.read", answers: "application/yaml" },
  {
    method: "put",
    path: `${project}/plan`,
    summary: "Create the project or update it from a plan or a Markdown document",
    permission: "plan.import",
    query: z.object({ dryRun: z.literal("1").optional(), note: z.string().max(500).optional() }),
    body: { types: PLAN_TEXT },
    headers: [{ name: "If-Match", text: "Version the change was made from; without it the project must be new." }],
    statuses: { "201": "The project was created.", "409": "The plan changed meanwhile; the answer has the difference." },
  },
  { method: "get", path: `${project}/stacks`, summary: "Stacks with their recomputed monthly totals", permission: "workspace.read" },
  { method: "get", path: `${project}/resources`, summary: "Services of the stacks", permission: "workspace.read", query: resourceQuery },
  { method: "get", path: `${project}/inventory`, summary: "Imports of infrastructure as code", permission: "workspace.read", query: pageInput },
  {
    method: "post",
    path: `${project}/inventory`,
    summary: "Import a Terraform state, plan or Compose file into a stack; the same file again changes nothing",
    permission: "inventory.edit",
    query: inventoryImportQuery,
    body: { types: SOURCE_FILE },
    statuses: { "409": "Another import came between (`basis`).", "422": "The file looks like another source under the same name." },
  },
  { method: "delete", path: `${project}/inventory/{import}`, summary: "Undo the newest import of a source whole", permission: "inventory.edit" },
  { method: "get", path: `${project}/rules`, summary: "Imports of Prometheus rule files", permission: "workspace.read", query: pageInput },
  {
    method: "post",
    path: `${project}/rules`,
    summary: "Import the alerting rules of a Prometheus rule file",
    permission: "trigger.edit",
    query: rulesImportQuery,
    body: { types: SOURCE_FILE },
    statuses: { "409": "Another import came between (`basis`).", "422": "The file looks like another source under the same name." },
  },
  { method: "delete", path: `${project}/rules/{import}`, summary: "Undo the newest import of a source whole", permission: "trigger.edit" },
  { method: "get", path: `${project}/costs`, summary: "Cost rows and totals", permission: "workspace.read", query: costsQuery },
  { method: "get", path: `${project}/bills`, summary: "Imported bills", permission: "workspace.read" },
  {
    method: "post",
    path: `${project}/bills`,
    summary: "Import a FOCUS bill as a stream; the same bill again changes nothing",
    permission: "bill.import",
    body: { types: ["text/csv", "application/gzip"] },
  },
  { method: "delete", path: `${project}/bills/{import}`, summary: "Undo one import whole", permission: "bill.undo" },
  {
    method: "post",
    path: `${project}/samples`,
    summary: "Up to 10,000 samples; the answer says what was refused",
    permission: "sample.ingest",
    body: { types: JSON_BODY, schema: samplesInput },
  },
  { method: "get", path: `${project}/metrics`, summary: "Metrics with their last values", permission: "workspace.read" },
  { method: "get", path: `${project}/metrics/{m}`, summary: "A series, at most `points` values", permission: "workspace.read", query: seriesQuery },
  {
    method: "get",
    path: `${project}/decision`,
    summary: "The decision matrix, now or at a past moment",
    permission: "workspace.read",
    query: decisionQuery,
  },
  { method: "get", path: `${project}/decisions`, summary: "Recorded decisions", permission: "workspace.read", query: decisionsQuery },
  {
    method: "post",
    path: `${project}/decisions`,
    summary: "Record a decision; needs a person's session",
    permission: "decision.record",
    body: { types: JSON_BODY, schema: recordDecisionInput },
  },
  { method: "get", path: `${project}/migrations`, summary: "Declared migrations", permission: "workspace.read" },
  { method: "get", path: `${project}/migrations/{m}`, summary: "One migration with its runbook", permission: "workspace.read" },
  { method: "get", path: `${project}/migrations/{m}/runs`, summary: "Runs of a migration, newest first", permission: "workspace.read" },
  {
    method: "post",
    path: `${project}/migrations/{m}/runs`,
    summary: "Make a draft run with its plan hash",
    permission: "run.request",
    body: {
      types: JSON_BODY,
      schema: z.object({
        mode: z.enum(["rehearsal", "live"]),
        part: z.enum(RUN_PARTS).optional(),
        longest: z.string().optional(),
        reason: z.string().max(2_000).optional(),
      }),
    },
    headers: [IDEMPOTENCY],
    statuses: { "201": "The run was made." },
  },
  { method: "get", path: "/api/v1/runs/{runId}", summary: "State of a run", permission: "workspace.read" },
  {
    method: "get",
    path: "/api/v1/runs/{runId}/events",
    summary: "The journal as server-sent events",
    permission: "workspace.read",
    answers: "text/event-stream",
    headers: [{ name: "Last-Event-ID", text: "Number of the last event that was seen." }],
  },
  { method: "get", path: "/api/v1/runs/{runId}/journal", summary: "Entries of the journal", permission: "workspace.read" },
  {
    method: "get",
    path: "/api/v1/runs/{runId}/meters",
    summary: "What watched steps measure: the way back, lag, alarms, breaches, with a history for charts",
    permission: "workspace.read",
    result: metersView,
  },
  {
    method: "get",
    path: "/api/v1/runs/{runId}/share",
    summary: "The share of traffic that was set beside the share that was measured, over time and by stage",
    permission: "workspace.read",
    result: shareView,
  },
  { method: "get", path: "/api/v1/runs/{runId}/log", summary: "Lines a step printed", permission: "workspace.read" },
  { method: "get", path: "/api/v1/runs/{runId}/report", summary: "The evidence report", permission: "workspace.read", answers: "text/html" },
  {
    method: "post",
    path: "/api/v1/runs/{runId}/{command}",
    summary: "request, approve, reject, start, pause, resume, confirm, skip, retry, abort or rollback; approve, reject and confirm need a person's session",
    permission: "workspace.read",
    body: { types: JSON_BODY, schema: runCommandInput.omit({ runId: true }) },
    headers: [IDEMPOTENCY],
    statuses: { "409": "The run has moved on; the answer has its new state.", "422": "The rules say no; every reason is listed." },
  },
  { method: "get", path: "/api/v1/alerts", summary: "Alerts, newest first", permission: "workspace.read", query: listAlertsQuery },
  {
    method: "post",
    path: "/api/v1/alerts/{a}/acknowledge",
    summary: "Acknowledge an alert",
    permission: "alert.handle",
    body: { types: JSON_BODY, schema: acknowledgeInput.omit({ alert: true }) },
  },
  {
    method: "post",
    path: "/api/v1/alerts/{a}/mute",
    summary: "Mute an alert for a time",
    permission: "alert.handle",
    body: { types: JSON_BODY, schema: muteInput.omit({ alert: true }) },
  },
  { method: "get", path: "/api/v1/audit", summary: "The audit log, newest first", permission: "audit.read", query: auditQuery },
  { method: "get", path: "/api/v1/audit/export", summary: "The audit log as a file", permission: "audit.read" },
  { method: "get", path: "/api/v1/audit/verify", summary: "Recompute the hash chain", permission: "audit.read" },
  {
    method: "post",
    path: "/api/v1/heartbeats/{key}",
    summary: "A backup or cron job says that it ran",
    permission: "heartbeat.send",
    body: { types: JSON_BODY },
  },
];
