import { describe, expect, it } from "vitest";
import { namesAny, quantityOf, serviceMatcher, tellingWords } from "./names";

describe("names of services", () => {
  it("are told apart by the words that are theirs alone", () => {
    expect(tellingWords("AWS EC2 (4× m6.large)")).toEqual(["ec2", "m6"]);
    const rows = ["Host (Mailer VM)", "Host (Flows VM)", "Postgres"];
    const match = serviceMatcher(rows);
    expect(match("Mailer self-hosted on Host")).toBe(0);
    expect(match("Host")).toBeNull();
    expect(match("Search")).toBeNull();
    expect(match("Mailer Flows")).toBeNull();
    expect(namesAny(rows)("Big Postgres")).toBe(true);
    expect(namesAny(rows)("Search on Postgres")).toBe(false);
  });

  it("take no host for a service", () => expect(serviceMatcher(["AWS RDS", "Redis"])("AWS S3")).toBeNull());

  it("take equal names for the same, whatever words they have", () => {
    expect(serviceMatcher(["Netlify Pro (2 seats)", "Netlify Blobs"])("Netlify Pro")).toBe(0);
    expect(namesAny(["Netlify Pro"])("netlify pro (team)")).toBe(true);
  });

  it("know a quantity whatever its aggregate and unit", () => {
    expect(quantityOf({ key: "latency_p95_ms" })).toBe(quantityOf({ key: "latency-avg" }));
    expect(quantityOf({ key: "memory_mb" })).toBe(quantityOf({ key: "memory-percent" }));
    expect(quantityOf({ key: "cpu_percent" })).not.toBe(quantityOf({ key: "memory_percent" }));
    expect(quantityOf({ key: "p95" })).toBe("p95");
  });
});
