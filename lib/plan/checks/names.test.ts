import { describe, expect, it } from "vitest";
import { quantityOf, sameService, tellingWords } from "./names";

describe("names of services", () => {
  it("are told apart by the words that are theirs alone", () => {
    expect(tellingWords("AWS EC2 (2× t3.medium)")).toEqual(["ec2", "t3"]);
    const rows = ["Host (Mailer VM)", "Host (Flows VM)", "Postgres"];
    expect(sameService("Mailer self-hosted on Host", rows)).toBe(0);
    expect(sameService("Host", rows)).toBeNull();
    expect(sameService("Search", rows)).toBeNull();
  });

  it("take no host for a service", () => expect(sameService("AWS S3", ["AWS RDS", "Redis"])).toBeNull());

  it("know a quantity whatever its aggregate and unit", () => {
    expect(quantityOf({ key: "latency_p95_ms" })).toBe(quantityOf({ key: "latency-avg" }));
    expect(quantityOf({ key: "memory_mb" })).toBe(quantityOf({ key: "memory-percent" }));
    expect(quantityOf({ key: "cpu_percent" })).not.toBe(quantityOf({ key: "memory_percent" }));
    expect(quantityOf({ key: "p95" })).toBe("p95");
  });
});
