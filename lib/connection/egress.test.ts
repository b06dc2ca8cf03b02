import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "./egress";
import { classifyAddress, refusedUrl } from "./egress-rules";
import { EgressRefused } from "./types";

const strict = createEgress({ allowLoopback: false });
const local = createEgress({ allowLoopback: true });
let http: HttpServer;
let base = "";
let visits = 0;
const tcp: Server[] = [];
const sockets: Socket[] = [];

/** A server that behaves badly in a way of its own; returns its address. */
async function rude(behave: (socket: Socket) => void): Promise<string> {
  const server = createTcp((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => behave(socket));
  });
  tcp.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

beforeAll(async () => {
  http = createServer((request, response) => {
    visits += 1;
    if (request.url === "/redirect") response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
    else if (request.url === "/bomb") response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000)));
    else response.end("hello");
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
  for (const socket of sockets) socket.destroy();
  for (const server of tcp) server.close();
});

describe("addresses (R-SEC-13)", () => {
  it("are classed whatever form they are written in", () => {
    const forbidden = [
      "0.0.0.0",
      "0.1.2.3",
      "169.254.169.254",
      "224.0.0.1",
      "255.255.255.255",
      "240.0.0.1",
      "100.100.100.200",
      "::",
      "fe80::1",
      "ff02::1",
      "fd00:ec2::254",
    ];
    const hidden = [
      "::ffff:169.254.169.254",
      "::ffff:a9fe:a9fe",
      "64:ff9b::a9fe:a9fe",
      "2002:a9fe:a9fe::1",
      "::169.254.169.254",
      "::ffff:0:169.254.169.254",
      "not an address",
      "",
    ];
    for (const address of [...forbidden, ...hidden]) expect(classifyAddress(address), address).toBe("forbidden");
    for (const address of ["127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1"])
      expect(classifyAddress(address), address).toBe("loopback");
    for (const address of ["10.1.2.3", "192.168.0.1", "172.16.0.1", "8.8.8.8", "2001:db8::1", "fd12:3456::1", "::ffff:10.0.0.1"])
      expect(classifyAddress(address), address).toBe("ordinary");
  });
});

describe("requests (B-4)", () => {
  it("refuse loopback in every disguise where the workspace does not allow it", async () => {
    const urls = [
      "http://127.0.0.1/",
      "http://0x7f.1/",
      "http://2130706433/",
      "http://0177.0.0.1/",
      "http://127.1/",
      "http://[::1]/",
      "http://[::ffff:127.0.0.1]/",
      "http://localhost/",
      "http://localhost./",
      "http://LOCALHOST:80/",
    ];
    for (const url of urls) await expect(strict.request({ url }), url).rejects.toThrow(EgressRefused);
    await expect(strict.request({ url: base })).rejects.toThrow("this machine itself");
  });

  it("refuse metadata, multicast and unspecified addresses even where loopback is allowed", async () => {
    const urls = [
      "http://169.254.169.254/",
      "http://[::ffff:a9fe:a9fe]/",
      "http://metadata.google.internal/",
      "http://metadata.google.internal./",
      "http://0.0.0.0/",
      "http://0/",
      "http://[::]/",
      "http://224.0.0.1/",
      "http://[fd00:ec2::254]/",
    ];
    for (const url of urls) await expect(local.request({ url }), url).rejects.toThrow(EgressRefused);
  });

  it("refuse other schemes, credentials and control characters", () => {
    for (const url of [
      "file:///etc/passwd",
      "gopher://127.0.0.1/",
      "ftp://x/",
      "http://user:pass@10.0.0.1/",
      "http://10.0.0.1/\r\nX: y",
      "http://10.0.0.1/ x",
      "data:text/plain,x",
      "",
      "//x",
    ])
      expect(refusedUrl(url), url).not.toBeNull();
  });

  it("look a name up once, check every answer and connect to that address (DNS rebinding)", async () => {
    let lookups = 0;
    const rebinding = createEgress({ allowLoopback: true, lookupAll: async () => (++lookups === 1 ? ["127.0.0.1"] : ["169.254.169.254"]) });
    const port = new URL(base).port;
    expect((await rebinding.request({ url: `http://rebind.example.test:${port}/` })).body).toBe("hello");
    expect(lookups).toBe(1);
    const mixed = createEgress({ allowLoopback: true, lookupAll: async () => ["127.0.0.1", "169.254.169.254"] });
    await expect(mixed.request({ url: `http://mixed.example.test:${port}/` })).rejects.toThrow(EgressRefused);
    await expect(mixed.connect("mixed.example.test", Number(port))).rejects.toThrow(EgressRefused);
  });

  it("do not follow redirects", async () => {
    const before = visits;
    expect(await local.request({ url: `${base}/redirect` })).toMatchObject({ status: 302 });
    expect(visits).toBe(before + 1);
  });

  it("never unpack an answer", async () => {
    const answer = await local.request({ url: `${base}/bomb` });
    expect(answer.body.length).toBeLessThan(256 * 1_024);
  });

  it("give up on endless, slow and silent answers", async () => {
    const endless = await rude((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const pump = () => {
        while (!socket.destroyed && socket.write("x".repeat(65_536)));
      };
      socket.on("drain", pump);
      pump();
    });
    await expect(local.request({ url: endless })).rejects.toThrow("longer than 256 KiB");
    const headers = await rude((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write(`X-${Math.random()}: ${"y".repeat(4_000)}\r\n`), 5);
      socket.on("close", () => clearInterval(timer));
    });
    await expect(local.request({ url: headers })).rejects.toThrow(/Header|Parse/i);
    const slow = await rude((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      const timer = setInterval(() => socket.write("z"), 50);
      socket.on("close", () => clearInterval(timer));
    });
    const started = Date.now();
    await expect(local.request({ url: slow, timeoutMs: 600 })).rejects.toThrow("within 0.6 s");
    const silent = await rude(() => undefined);
    await expect(local.request({ url: silent, timeoutMs: 400 })).rejects.toThrow("within 0.4 s");
    expect(Date.now() - started).toBeLessThan(3_000);
  });
});
