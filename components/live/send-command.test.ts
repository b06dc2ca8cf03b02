import { describe, expect, it } from "vitest";
import { sendCommand } from "@/components/live/send-command";

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const noWait = async () => undefined;

function fetcher(answers: (Response | Error)[]) {
  const keys: (string | null)[] = [];
  const call = async (_url: unknown, init?: RequestInit) => {
    keys.push(new Headers(init?.headers).get("idempotency-key"));
    const next = answers.shift();
    if (next === undefined) throw new Error("asked too often");
    if (next instanceof Error) throw next;
    return next;
  };
  return { call: call as typeof fetch, keys };
}

describe("sendCommand", () => {
  it("reports the server's time once accepted", async () => {
    const { call } = fetcher([json(200, { at: "2026-11-20T02:14:07.000Z", message: "" })]);
    expect(await sendCommand("r", "pause", { version: 3 }, call, noWait)).toEqual({ state: "accepted", at: "2026-11-20T02:14:07.000Z", message: "" });
  });

  it("asks again under the same key after a lost answer, and under a new key for the next press", async () => {
    const first = fetcher([new TypeError("network"), json(502, {}), json(200, { at: "x" })]);
    expect((await sendCommand("r", "pause", {}, first.call, noWait)).state).toBe("accepted");
    expect(new Set(first.keys).size).toBe(1);
    const second = fetcher([json(200, { at: "x" })]);
    await sendCommand("r", "pause", {}, second.call, noWait);
    expect(second.keys[0]).not.toBe(first.keys[0]);
  });

  it("says that nothing was confirmed, with the command line, after three lost answers", async () => {
    const { call } = fetcher([new TypeError("a"), new TypeError("b"), new TypeError("c")]);
    expect(await sendCommand("run-1", "rollback", {}, call, noWait)).toEqual({ state: "unconfirmed", line: "npm run switchyard -- run rollback run-1" });
  });

  it("passes refusals on with every reason and does not repeat them", async () => {
    const { call, keys } = fetcher([json(422, { detail: "Not now.", errors: [{ message: "Guards are red." }, { message: "Not now." }] })]);
    expect(await sendCommand("r", "resume", {}, call, noWait)).toEqual({ state: "refused", message: "Not now.", reasons: ["Guards are red."] });
    expect(keys).toHaveLength(1);
  });

  it("waits for a request with the same key that is still being worked on", async () => {
    const { call } = fetcher([json(409, { detail: "still", retryAfterSeconds: 1 }), json(200, { at: "x" })]);
    expect((await sendCommand("r", "pause", {}, call, noWait)).state).toBe("accepted");
  });

  it("tells a lost session apart", async () => {
    const { call } = fetcher([json(401, {})]);
    expect(await sendCommand("r", "pause", {}, call, noWait)).toEqual({ state: "signed-out" });
  });
});
