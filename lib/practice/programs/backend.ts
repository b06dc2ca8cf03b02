/**
 * One HTTP backend of the practice site. Plain Node, no imports of ours: it is started as a process of its own.
 * Usage: backend.ts SIDE PORT
 *
 *   GET  /         200 and the name of its side
 *   GET  /health   200, never touched by a fault
 *   GET  /metrics  Prometheus text
 *   POST /fault    {"errorRate": 0..1, "latencyMs": 0..60000}; answers what now holds
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";

const side = process.argv[2] ?? "";
const port = Number(process.argv[3]);
const fault = { errorRate: 0, latencyMs: 0 };
const answered = new Map<number, number>();
let seconds = 0;
/** Errors are spread evenly instead of at random, so that a rate of 0.5 is every second request. */
let debt = 0;

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "x-side": side });
  response.end(body);
}

function metrics(): string {
  const lines = ["# TYPE http_requests_total counter"];
  for (const code of [200, 500]) lines.push(`http_requests_total{code="${code}"} ${answered.get(code) ?? 0}`);
  lines.push("# TYPE http_request_seconds_total counter", `http_request_seconds_total ${seconds}`);
  return `${lines.join("\n")}\n`;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 4_096) throw new Error("too long");
  }
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error("not an object");
  return value as Record<string, unknown>;
}

function within(value: unknown, low: number, high: number, now: number): number {
  if (value === undefined) return now;
  if (typeof value !== "number" || !(value >= low && value <= high)) throw new Error(`a number from ${low} to ${high} is needed`);
  return value;
}

async function setFault(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const wanted = await readJson(request);
    const next = {
      errorRate: within(wanted.errorRate, 0, 1, 0),
      latencyMs: within(wanted.latencyMs, 0, 60_000, 0),
    };
    Object.assign(fault, next);
    debt = 0;
    reply(response, 200, "application/json", JSON.stringify(fault));
  } catch (error) {
    reply(response, 400, "text/plain", `${String(error)}\n`);
  }
}

function answer(response: ServerResponse): void {
  const started = performance.now();
  debt += fault.errorRate;
  const fails = debt >= 1 - 1e-9;
  if (fails) debt -= 1;
  const status = fails ? 500 : 200;
  setTimeout(() => {
    answered.set(status, (answered.get(status) ?? 0) + 1);
    seconds += (performance.now() - started) / 1_000;
    reply(response, status, "text/plain", `${side}\n`);
  }, fault.latencyMs);
}

createServer((request, response) => {
  const path = (request.url ?? "/").split("?")[0];
  if (path === "/health") reply(response, 200, "text/plain", "ok\n");
  else if (path === "/metrics") reply(response, 200, "text/plain; version=0.0.4", metrics());
  else if (path === "/fault" && request.method === "POST") void setFault(request, response);
  else answer(response);
}).listen(port, "127.0.0.1");
