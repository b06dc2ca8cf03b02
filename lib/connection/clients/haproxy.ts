import { connect } from "node:net";
import { type Connection, connectionConfig, type Egress, splitAddress } from "@/lib/connection/types";

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 4_000_000;

/** A name that can be part of a runtime command: no separator, no space, no newline (R-SEC-14). */
export function isHaproxyName(text: string): boolean {
  return /^[A-Za-z0-9_.:-]{1,120}$/.test(text);
}

/**
 * Sends one runtime command and returns the answer.
 * @throws Error when a word could end the command or start another one, or when the socket does not answer.
 */
export async function haproxyCommand(connection: Connection, egress: Egress, words: readonly string[], signal?: AbortSignal): Promise<string> {
  for (const word of words) if (!/^[A-Za-z0-9_.:/%-]+$/.test(word)) throw new Error(`"${word.slice(0, 40)}" cannot be part of an HAProxy command.`);
  const { address } = connectionConfig.haproxy.parse(connection.config);
  const parts = splitAddress(address);
  const target = parts === null ? { path: address } : { host: await egress.resolve(parts.host, signal), port: parts.port };
  return await new Promise((done, fail) => {
    const socket = connect({ ...target, ...(signal === undefined ? {} : { signal }) });
    let text = "";
    const timer = setTimeout(() => socket.destroy(new Error(`The HAProxy runtime API did not answer within ${TIMEOUT_MS / 1_000} s.`)), TIMEOUT_MS);
    socket.setEncoding("utf8");
    socket.once("connect", () => socket.write(`${words.join(" ")}\n`));
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > MAX_BYTES) socket.destroy(new Error("The HAProxy runtime API answered without end."));
    });
    socket.on("error", fail);
    socket.once("close", () => {
      clearTimeout(timer);
      done(text);
    });
  });
}

/** One server of a backend, from `show stat`. */
export interface ServerStat {
  status: string;
  weight: number;
  /** Answers since the process started; starts again at 0 after a reload. */
  responses: number;
  serverErrors: number;
  /** Requests that never got an answer: the connection was refused or broke. */
  connectionErrors: number;
  /** The same two of `SHOW STAT`, for humans. */
  checkStatus: string;
}

/** Rows of `show stat` by `backend/server`. */
export function parseStat(csv: string): Map<string, ServerStat> {
  const lines = csv.trim().split("\n");
  const names = (lines[0] ?? "").replace(/^# /, "").split(",");
  const column = (name: string) => names.indexOf(name);
  if (column("pxname") < 0 || column("weight") < 0) throw new Error(`The HAProxy runtime API answered: ${csv.trim().slice(0, 120) || "nothing"}`);
  const found = new Map<string, ServerStat>();
  for (const line of lines.slice(1)) {
    const fields = line.split(",");
    const field = (name: string) => fields[column(name)] ?? "";
    const number = (name: string) => Number(field(name)) || 0;
    const responses = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"].reduce((sum, group) => sum + number(`hrsp_${group}`), 0);
    found.set(`${field("pxname")}/${field("svname")}`, {
      status: field("status"),
      weight: number("weight"),
      // Backends in TCP mode have no answers to count; their sessions are the next best.
      responses: responses === 0 ? number("stot") : responses,
      serverErrors: number("hrsp_5xx"),
      connectionErrors: number("econ") + number("eresp"),
      checkStatus: field("check_status"),
    });
  }
  return found;
}

/** The weight in force and the one of the configuration file. */
export async function readWeight(connection: Connection, egress: Egress, server: string, signal?: AbortSignal): Promise<{ weight: number; initial: number }> {
  const answer = (await haproxyCommand(connection, egress, ["get", "weight", server], signal)).trim();
  const match = /^(\d+) \(initial (\d+)\)$/.exec(answer);
  if (match === null) throw new Error(`HAProxy does not tell the weight of ${server}: ${answer || "no answer"}`);
  return { weight: Number(match[1]), initial: Number(match[2]) };
}
