// Preloaded into web and worker: when the supervisor is gone, its end of the pipe closes and this process ends too.
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.on("error", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
process.stdin.unref?.();
