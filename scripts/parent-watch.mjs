import { Socket } from "node:net";

// Preloaded into web and worker: when the supervisor is gone, its end of the pipe closes and this process ends too.
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.on("error", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
process.stdin.unref?.();

// A sign of life a second, from the event loop that does the work: whoever hangs sends none (scripts/child.ts).
const signs = new Socket({ fd: 3, readable: false });
signs.on("error", () => undefined);
signs.unref();
setInterval(() => signs.write("."), 1_000).unref();
