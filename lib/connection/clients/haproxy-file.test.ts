import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkHaproxyFile, findHaproxy, readFileWeights, weightsIn, withWeights, writeFileWeights } from "./haproxy-file";

const dir = mkdtempSync(join(tmpdir(), "haproxy-file-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const TEXT = `# weight 5 in a remark
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s

backend other
  server old 127.0.0.1:1 weight 7

backend app # the one
\tserver old 127.0.0.1:8080 weight 100 check inter 1s # weight 3
  server  new  127.0.0.1:8081 check

listen edge
  bind 127.0.0.1:65001
  server old 127.0.0.1:1 weight 9
`;

describe("weights in haproxy.cfg", () => {
  it("reads the weights of one section only", () => {
    expect(weightsIn(TEXT, "app", ["old", "new"])).toEqual([100, null]);
    expect(weightsIn(TEXT, "edge", ["old"])).toEqual([9]);
  });

  it("changes the weights and not a byte besides", () => {
    const changed = withWeights(TEXT, "app", [
      { server: "old", weight: 0 },
      { server: "new", weight: 100 },
    ]);
    expect(changed).toBe(TEXT.replace("weight 100 check", "weight 0 check").replace("127.0.0.1:8081 check", "127.0.0.1:8081 weight 100 check"));
    const back = [
      { server: "old", weight: 100 },
      { server: "new", weight: null },
    ];
    expect(withWeights(changed, "app", back)).toBe(TEXT);
  });

  it.each([
    ["a server that is not there", "backend app\n  server old 1.2.3.4:1\n", "app", /no line "server new/],
    ["another backend", TEXT, "nothing", /no line/],
    ["a server that is there twice", "backend app\n  server new a:1\nbackend app\n  server new a:1\n", "app", /more than once/],
    ["a weight from the environment", 'backend app\n  server new a:1 weight "$W"\n', "app", /not one plain number/],
    ["two weights", "backend app\n  server new a:1 weight 1 weight 2\n", "app", /not one plain number/],
    ["a weight without a number", "backend app\n  server new a:1 weight\n", "app", /not one plain number/],
  ])("refuses %s", (_name, text, backend, message) => expect(() => weightsIn(text, backend, ["new"])).toThrow(message));

  it("B-14 reads what is a file and comes to an end", async () => {
    const pipe = join(dir, "pipe.cfg");
    execFileSync("mkfifo", [pipe]);
    for (const path of [pipe, dir, "/dev/zero"]) await expect(readFileWeights(path, "app", ["old"])).rejects.toThrow("is not a file");
    const [empty, long] = [join(dir, "empty.cfg"), join(dir, "long.cfg")];
    writeFileSync(empty, "");
    await expect(readFileWeights(empty, "app", ["old"])).rejects.toThrow("no line");
    writeFileSync(long, "");
    truncateSync(long, 20_000_000);
    await expect(readFileWeights(long, "app", ["old"])).rejects.toThrow("longer than 10 MB");
  });

  it("B-14 replaces the file in one move, keeps its mode and a copy, and lets HAProxy check it", async () => {
    const file = join(dir, "haproxy.cfg");
    const link = join(dir, "link.cfg");
    writeFileSync(file, TEXT);
    chmodSync(file, 0o640);
    symlinkSync(file, link);
    // Whoever has the old file open goes on reading the old one, whole.
    const reader = openSync(file, "r");
    await writeFileWeights(link, "app", [{ server: "old", weight: 25 }], "run-1");
    await writeFileWeights(link, "app", [{ server: "old", weight: 0 }], "run-1");
    expect(await readFileWeights(link, "app", ["old", "new"])).toEqual([0, null]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(reader, "utf8")).toBe(TEXT);
    closeSync(reader);
    expect(readFileSync(join(dir, "haproxy.cfg.before-run-1"), "utf8")).toBe(TEXT);
    expect(readdirSync(dir).filter((name) => name.includes("switchyard"))).toEqual([]);
  });

  it("leaves a file alone that HAProxy would not accept, and says why", async () => {
    const file = join(dir, "broken.cfg");
    const text = `${TEXT}\nbackend wrong\n  blance roundrobin\n`;
    writeFileSync(file, text);
    await expect(writeFileWeights(file, "app", [{ server: "old", weight: 0 }], "run-2")).rejects.toThrow(/does not accept the file: .*blance/);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(readdirSync(dir).filter((name) => name.startsWith("broken.cfg."))).toEqual([]);
    const program = findHaproxy();
    if (program === null) throw new Error("install the Debian package haproxy");
    await expect(checkHaproxyFile(program, file)).rejects.toThrow("does not accept");
  });
});
