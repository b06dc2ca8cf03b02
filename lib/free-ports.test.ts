import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { claimPort, claimPorts } from "./free-ports";

const wanted = (first: number) => Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, first + index]));
const names = Object.keys(wanted(0));

describe("free ports", () => {
  it("are never given twice, even when many choose at once and all want the same", async () => {
    const first = await claimPort();
    const sets = await Promise.all(Array.from({ length: 5 }, () => claimPorts(names, wanted(first))));
    const all = sets.flatMap((set) => Object.values(set));
    expect(new Set([first, ...all]).size).toBe(101);
  });

  it("are given to one process at a time, and again when that one is gone", async () => {
    const program = `import("./lib/free-ports.ts").then(async ({ claimPort }) => { console.log(await claimPort()); setInterval(() => {}, 1000); })`;
    const other = spawn(process.execPath, ["--import", "tsx", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(other, "exit");
    try {
      const [line] = (await once(other.stdout, "data")) as [Buffer];
      const theirs = Number(line.toString());
      expect(theirs).toBeGreaterThanOrEqual(20_000);
      expect(await claimPort(theirs)).not.toBe(theirs);
      other.kill("SIGKILL");
      await ended;
      expect(await claimPort(theirs)).toBe(theirs);
    } finally {
      other.kill("SIGKILL");
      await ended;
    }
  });

  it("pass over a port on which something listens, and leave a claimed one free to listen on", async () => {
    const port = await claimPort();
    const server = createServer();
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    try {
      expect(await claimPort(port)).not.toBe(port);
    } finally {
      server.close();
    }
  });
});
