import { serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { messageOf } from "@/lib/core/errors";
import { readPortable } from "./reading";

/*
 * A process that reads one document: its text comes on standard input, the reading goes to standard output.
 *   node --import tsx lib/plan/reading/child.ts PARENT_PID FILE_NAME
 */

/** Reading keeps the one thread of this process busy: another one ends the process when its parent is gone. */
const WATCH = `
const { workerData } = require("node:worker_threads");
setInterval(() => { if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL"); }, 200);
`;

async function main(parent: number, fileName: string): Promise<void> {
  new Worker(WATCH, { eval: true, workerData: parent, execArgv: [] }).unref();
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  const bytes = serialize(readPortable(Buffer.concat(chunks).toString("utf8"), fileName));
  await new Promise<void>((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())));
}

main(Number(process.argv[2]), process.argv[3] ?? "").catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
