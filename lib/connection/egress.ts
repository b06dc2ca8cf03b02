import { lookup } from "node:dns/promises";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { connect as connectTcp, isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { refusedAddress, refusedName, refusedUrl } from "./egress-rules";
import { type Egress, EgressRefused, type EgressRequest, type EgressResponse } from "./types";

export interface EgressPolicy {
  /** Workspace setting; the demo and the tests switch it on. */
  allowLoopback: boolean;
  /** How names are resolved; the system's resolver when absent. */
  lookupAll?: (host: string) => Promise<string[]>;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_MAX_BYTES = 256 * 1_024;

async function systemLookup(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map((entry) => entry.address);
}

/** The door with a policy. A name is looked up once; all answers must be allowed; the connection goes to the checked address. */
export function createEgress(policy: EgressPolicy): Egress {
  const lookupAll = policy.lookupAll ?? systemLookup;

  async function resolve(host: string, signal?: AbortSignal): Promise<string> {
    const plain = host.replace(/^\[(.*)\]$/, "$1");
    const byName = refusedName(plain, policy);
    if (byName !== null) throw new EgressRefused(byName);
    const answers = isIP(plain) === 0 ? await lookupAll(plain) : [plain];
    signal?.throwIfAborted();
    const first = answers[0];
    if (first === undefined) throw new Error(`${plain} has no address.`);
    for (const answer of answers) {
      const reason = refusedAddress(answer, policy);
      if (reason !== null) throw new EgressRefused(reason);
    }
    return first;
  }

  async function request(wanted: EgressRequest): Promise<EgressResponse> {
    const reason = refusedUrl(wanted.url);
    if (reason !== null) throw new EgressRefused(reason);
    const url = new URL(wanted.url);
    const limit = AbortSignal.timeout(wanted.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = wanted.signal === undefined ? limit : AbortSignal.any([wanted.signal, limit]);
    const started = performance.now();
    try {
      const address = await resolve(url.hostname, signal);
      const { status, headers, body } = await send(url, address, wanted, signal);
      return { status, headers, body, ms: Math.round(performance.now() - started) };
    } catch (error) {
      if (limit.aborted) throw new Error(`No complete answer within ${(wanted.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 1_000} s.`, { cause: error });
      throw error;
    }
  }

  async function connect(host: string, port: number, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<number> {
    const started = performance.now();
    const address = await resolve(host, options.signal);
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    await new Promise<void>((done, fail) => {
      const socket = connectTcp({ host: address, port, ...(options.signal === undefined ? {} : { signal: options.signal }) });
      const timer = setTimeout(
        () => socket.destroy(Object.assign(new Error(`No connection within ${timeoutMs / 1_000} s.`), { code: "ETIMEDOUT" })),
        timeoutMs,
      );
      socket.once("connect", () => {
        socket.destroy();
        done();
      });
      socket.on("error", fail);
      socket.once("close", () => clearTimeout(timer));
    });
    return Math.round(performance.now() - started);
  }

  return { resolve, request, connect };
}

function send(url: URL, address: string, wanted: EgressRequest, signal: AbortSignal): Promise<Omit<EgressResponse, "ms">> {
  return new Promise((done, fail) => {
    const family = isIP(address);
    const agent = url.protocol === "https:" ? https : http;
    const body = wanted.body === undefined ? undefined : Buffer.from(wanted.body, "utf8");
    const request = agent.request({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? undefined : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: wanted.method ?? "GET",
      // Plain bytes only: nothing is ever unpacked, so there is no decompression bomb.
      headers: {
        "user-agent": "switchyard",
        "accept-encoding": "identity",
        ...wanted.headers,
        ...(body === undefined ? {} : { "content-length": body.length }),
      },
      agent: false,
      signal,
      maxHeaderSize: 16_384,
      // The checked address, whatever the name says a second time.
      lookup: (
        _host: string,
        options: { all?: boolean },
        callback: (error: null, address: string | { address: string; family: number }[], family?: number) => void,
      ) => (options.all ? callback(null, [{ address, family }]) : callback(null, address, family)),
      ...(wanted.ca === undefined ? {} : { ca: [...rootCertificates, wanted.ca] }),
    });
    request.on("error", fail);
    request.once("response", (response) => {
      readBody(response, wanted.maxBytes ?? DEFAULT_MAX_BYTES).then(
        (text) => done({ status: response.statusCode ?? 0, headers: plainHeaders(response), body: text }),
        fail,
      );
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new Error(`The answer is longer than ${Math.floor(maxBytes / 1_024)} KiB.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]));
}
