/**
 * Request load through HAProxy. Plain Node, no imports of ours.
 * Usage: requests.ts URL PER_SECOND CONTROL_PORT
 *
 *   GET  /stats  {"sent", "byStatus", "bySide", "errors", "maxMs"}
 *   POST /rate   {"perSecond": n}; 0 stops the load
 */
import { createServer } from "node:http";

const url = process.argv[2] ?? "";
let perSecond = Number(process.argv[3]);
const control = Number(process.argv[4]);
const stats = {
  sent: 0,
  errors: 0,
  maxMs: 0,
  byStatus: {} as Record<string, number>,
  bySide: {} as Record<string, number>,
};

async function once(): Promise<void> {
  const started = performance.now();
  stats.sent += 1;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.text();
    const side = response.headers.get("x-side") ?? "proxy";
    stats.byStatus[response.status] = (stats.byStatus[response.status] ?? 0) + 1;
    stats.bySide[side] = (stats.bySide[side] ?? 0) + 1;
  } catch {
    stats.errors += 1;
  }
  stats.maxMs = Math.max(stats.maxMs, Math.round(performance.now() - started));
}

function loop(): void {
  if (perSecond > 0) void once();
  setTimeout(loop, perSecond > 0 ? 1_000 / perSecond : 100);
}

createServer((request, response) => {
  if (request.method === "POST" && request.url === "/rate") {
    let text = "";
    request.on("data", (chunk) => {
      text += String(chunk);
    });
    request.on("end", () => {
      const wanted = Number((JSON.parse(text || "{}") as { perSecond?: unknown }).perSecond);
      if (wanted >= 0 && wanted <= 1_000) perSecond = wanted;
      response.end(JSON.stringify({ perSecond }));
    });
  } else response.end(JSON.stringify({ perSecond, ...stats }));
}).listen(control, "127.0.0.1");
loop();
