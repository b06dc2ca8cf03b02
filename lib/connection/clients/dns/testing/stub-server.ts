import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/* A stub of a service's interface: it keeps a ledger of every request and can be told to misbehave. */

export interface StubRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface StubAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** `hang`: does what is asked and never answers. `refuse`: answers without doing anything. */
export type Misbehaviour = { type: "hang" } | { type: "refuse"; answer: StubAnswer };

export interface Stub {
  url: string;
  ledger: StubRequest[];
  /** How the next request that changes something is treated; once. */
  next: Misbehaviour | null;
  close: () => Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Starts a stub on a free loopback port. */
export async function startStub(answer: (request: StubRequest) => StubAnswer): Promise<Stub> {
  const stub: Stub = { url: "", ledger: [], next: null, close: async () => undefined };
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? "/", "http://stub");
    const request: StubRequest = {
      method: incoming.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await bodyOf(incoming),
    };
    stub.ledger.push(request);
    const wrong = request.method === "GET" ? null : stub.next;
    if (wrong !== null) stub.next = null;
    const result = wrong?.type === "refuse" ? wrong.answer : answer(request);
    if (wrong?.type !== "hang") response.writeHead(result.status, result.headers).end(result.body);
  };
  const server = createServer((incoming, response) => void serve(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stub.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return stub;
}
