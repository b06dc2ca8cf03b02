import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type FaultProxy, startProxy } from "./proxy";

/* An echo server behind the proxy shows what passes. */

let proxy: FaultProxy;
const servers: net.Server[] = [];
const clients: net.Socket[] = [];

async function echo(): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.pipe(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

interface Client {
  socket: net.Socket;
  text: () => string;
  ended: () => string;
}

async function client(): Promise<Client> {
  const socket = net.connect(proxy.port, proxy.host);
  clients.push(socket);
  let [text, ended] = ["", ""];
  socket.on("data", (data: Buffer) => (text += data.toString()));
  socket.on("error", (error: NodeJS.ErrnoException) => (ended = error.code ?? "error"));
  socket.on("close", () => (ended ||= "closed"));
  await new Promise<void>((resolve) => {
    socket.once("connect", () => resolve());
    socket.once("error", () => resolve());
  });
  return { socket, text: () => text, ended: () => ended };
}

async function until(is: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!is() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(is()).toBe(true);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  for (const socket of clients.splice(0)) socket.destroy();
  await proxy.close();
  for (const server of servers.splice(0)) server.close();
});

describe("fault proxy", () => {
  it("passes bytes in order and the end of a connection", async () => {
    proxy = await startProxy({ port: await echo() });
    const one = await client();
    const long = "0123456789".repeat(20_000);
    one.socket.end(long);
    await until(() => one.ended() === "closed");
    expect(one.text() === long).toBe(true);
    expect(proxy.passed()).toBe(2 * long.length);
    expect(proxy.open()).toBe(0);
  });

  it("is silent: nothing passes, nobody is told; what was sent arrives when the link is whole again", async () => {
    proxy = await startProxy({ port: await echo() });
    const one = await client();
    one.socket.write("a");
    await until(() => one.text() === "a");
    proxy.set({ silent: true });
    one.socket.write("b");
    const two = await client();
    two.socket.write("c");
    await pause(300);
    expect([one.text(), one.ended(), two.text(), two.ended()]).toEqual(["a", "", "", ""]);
    proxy.heal();
    await until(() => one.text() === "ab" && two.text() === "c");
  });

  it("delays, limits, resets and refuses", async () => {
    proxy = await startProxy({ port: await echo() });
    proxy.set({ delayMs: 150 });
    const one = await client();
    const began = performance.now();
    one.socket.write("late");
    await until(() => one.text() === "late");
    expect(performance.now() - began).toBeGreaterThanOrEqual(290);
    proxy.heal();
    proxy.set({ bytesPerSecond: 100_000 });
    const slow = performance.now();
    one.socket.write("x".repeat(60_000));
    await until(() => one.text().length === 60_004);
    expect(performance.now() - slow).toBeGreaterThanOrEqual(400);
    expect(proxy.reset()).toBe(1);
    await until(() => one.ended() === "ECONNRESET");
    proxy.set({ refuse: true });
    const refused = await client();
    await until(() => refused.ended() !== "");
    expect(refused.text()).toBe("");
  });
});
