import { describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import type { Connection } from "@/lib/connection/types";
import { isServerAway } from "@/lib/core/server-away";
import { withPostgres } from "./postgres";

const to = (port: number): Connection => ({
  key: "target-db",
  kind: "postgres",
  config: { host: "127.0.0.1", port, database: "app", user: "app", sslmode: "disable" },
  secret: { password: "only-here" },
});
const failure = (allowLoopback: boolean) =>
  withPostgres(to(1), createEgress({ allowLoopback }), { applicationName: "test" }, async () => "reached").catch((error: unknown) => error);

describe("a server that cannot be reached", () => {
  it("is named in the error, which still tells that the server was away", async () => {
    const error = await failure(true);
    expect(error).toMatchObject({
      code: "ECONNREFUSED",
      message: expect.stringMatching(/^No connection to target-db \(127\.0\.0\.1:1\): connect ECONNREFUSED/),
    });
    expect(isServerAway(error)).toBe(true);
  });

  it("is left to the words of the egress rules where those refuse it", async () => {
    const error = await failure(false);
    expect(error).toMatchObject({ name: "EgressRefused" });
    expect((error as Error).message).not.toContain("No connection");
  });
});
