import { type ChildProcess, spawn } from "node:child_process";
import { deserialize } from "node:v8";
import { AppError } from "@/lib/core/errors";
import { bareEnvironment } from "@/lib/env";
import { programArguments } from "@/lib/program";
import type { PortableReading } from "./reading";

/*
 * Long documents are read in a process of their own, so that a server goes on answering meanwhile. What runs there sees
 * neither the database nor a secret, has a bounded memory, and is ended when it takes too long.
 */

const CHILD = "lib/plan/reading/child.ts";
const HEAP_MB = 1_536;
const TIME_LIMIT_MS = 60_000;
/** Documents read at once, and those that may wait for it: each is up to 5 MB of text here and hundreds there. */
const AT_ONCE = 2;
const MAX_WAITING = 20;

interface Readers {
  running: Set<ChildProcess>;
  taken: number;
  waiting: (() => void)[];
}

/** Pages, actions and routes are built apart: the process has one set of readers. */
const holder = globalThis as typeof globalThis & { switchyardReaders?: Readers };
holder.switchyardReaders ??= { running: new Set(), taken: 0, waiting: [] };
const readers: Readers = holder.switchyardReaders;

/** Process ids of the readers that are at work. */
export function readersAtWork(): number[] {
  return [...readers.running].flatMap((child) => child.pid ?? []);
}

/**
 * Reads a document in another process. Waits for its turn when others are being read.
 * @throws AppError when it takes too long or too much memory, or too many documents wait already.
 */
export async function readInChild(source: string, fileName: string, timeLimitMs = TIME_LIMIT_MS): Promise<PortableReading> {
  await takeTurn();
  try {
    return await run(source, fileName, timeLimitMs);
  } finally {
    const next = readers.waiting.shift();
    // The place goes straight to the one that waits longest.
    if (next === undefined) readers.taken--;
    else next();
  }
}

async function takeTurn(): Promise<void> {
  if (readers.taken < AT_ONCE) {
    readers.taken++;
    return;
  }
  if (readers.waiting.length >= MAX_WAITING) throw new AppError("unavailable", "Many long documents are being read: try again in a minute.");
  await new Promise<void>((resolve) => readers.waiting.push(resolve));
}

function run(source: string, fileName: string, timeLimitMs: number): Promise<PortableReading> {
  return new Promise((resolve, reject) => {
    const args = [`--max-old-space-size=${HEAP_MB}`, ...programArguments(CHILD), String(process.pid), fileName.replaceAll("\0", "")];
    const child = spawn(process.execPath, args, { env: bareEnvironment(), stdio: ["pipe", "pipe", "pipe"] });
    readers.running.add(child);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, timeLimitMs);
    const answer: Buffer[] = [];
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => answer.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString("utf8")}`.slice(-2_000);
    });
    // A child that ended early no longer takes the text: its end is told below.
    child.stdin.on("error", () => undefined);
    child.stdin.end(source);
    const settle = (failure: Error | null) => {
      clearTimeout(limit);
      readers.running.delete(child);
      if (failure !== null) return reject(failure);
      try {
        resolve(deserialize(Buffer.concat(answer)) as PortableReading);
      } catch (cause) {
        reject(new Error("the reader's answer was cut off", { cause }));
      }
    };
    child.once("error", settle);
    child.once("close", (code, signal) => settle(code === 0 ? null : failureOf(late, signal, said)));
  });
}

function failureOf(late: boolean, signal: NodeJS.Signals | null, said: string): Error {
  if (late) return new AppError("too-large", "Reading took too long; split the document.");
  if (signal !== null) return new AppError("too-large", "Reading was stopped, or needed too much memory; split the document.", { cause: new Error(said) });
  return new Error(`the reader failed: ${said}`);
}
