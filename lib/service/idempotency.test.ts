import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RefusedError, UnauthenticatedError } from "@/lib/core/errors";
import { answerOnce } from "@/lib/service/idempotency";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

describe("answerOnce", () => {
  it("R-APR-7: the same key and body is done once and answered the same", async () => {
    const ctx = await t.ctx("operator");
    let done = 0;
    const work = async () => ({ status: 200, body: { done: ++done } });
    const first = await answerOnce(ctx, "k1", "/x", { a: 1, b: 2 }, work);
    const second = await answerOnce(ctx, "k1", "/x", { b: 2, a: 1 }, work);
    expect(second).toEqual(first);
    expect(done).toBe(1);
  });

  it("refuses the key with another body or another route, and other people's keys are their own", async () => {
    const ctx = await t.ctx("operator");
    const other = await t.ctx("operator");
    const work = async () => ({ status: 200, body: {} });
    await answerOnce(ctx, "k2", "/x", { a: 1 }, work);
    await expect(answerOnce(ctx, "k2", "/x", { a: 2 }, work)).rejects.toMatchObject({ status: 422 });
    await expect(answerOnce(ctx, "k2", "/y", { a: 1 }, work)).rejects.toMatchObject({ status: 422 });
    await expect(answerOnce(other, "k2", "/x", { a: 2 }, work)).resolves.toEqual({ status: 200, body: {} });
  });

  it("does the work once when twenty requests arrive together", async () => {
    const ctx = await t.ctx("operator");
    let done = 0;
    const work = async () => {
      done += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { status: 200, body: {} };
    };
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => answerOnce(ctx, "k3", "/x", {}, work)));
    expect(done).toBe(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ status: 409 });
  });

  it("keeps a refusal, forgets a failure that may pass", async () => {
    const ctx = await t.ctx("operator");
    let calls = 0;
    const refused = async () => {
      calls += 1;
      throw new RefusedError("Guards are red.", ["error rate"]);
    };
    expect((await answerOnce(ctx, "k4", "/x", {}, refused)).status).toBe(422);
    expect((await answerOnce(ctx, "k4", "/x", {}, refused)).status).toBe(422);
    expect(calls).toBe(1);
    const signedOut = async () => {
      throw new UnauthenticatedError();
    };
    await expect(answerOnce(ctx, "k5", "/x", {}, signedOut)).rejects.toMatchObject({ status: 401 });
    await expect(answerOnce(ctx, "k5", "/x", {}, async () => ({ status: 200, body: {} }))).resolves.toMatchObject({ status: 200 });
  });

  it("takes over an answer that was never finished", async () => {
    const ctx = await t.ctx("operator");
    const hang = answerOnce(ctx, "k6", "/x", {}, () => new Promise(() => undefined));
    await expect.poll(() => t.db.prisma.idempotencyKey.count({ where: { key: "k6" } })).toBe(1);
    await expect(answerOnce(ctx, "k6", "/x", {}, async () => ({ status: 200, body: {} }))).rejects.toMatchObject({ status: 409 });
    await t.db.pool.query("UPDATE idempotency_key SET created_at = now() - interval '5 minutes' WHERE key = 'k6'");
    await expect(answerOnce(ctx, "k6", "/x", {}, async () => ({ status: 201, body: {} }))).resolves.toMatchObject({ status: 201 });
    void hang;
  });

  it("refuses a malformed key", async () => {
    const ctx = await t.ctx("operator");
    await expect(answerOnce(ctx, "two words", "/x", {}, async () => ({ status: 200, body: {} }))).rejects.toMatchObject({ status: 400 });
  });
});
