import { describe, expect, it } from "vitest";
import { runStep } from "@/lib/migration/types";
import { databaseUri, filterText, installedPgcopydb, isPgcopydbError, parsePgcopydbVersion, pgcopydbGate } from "./pgcopydb";

const DEBIAN_12 = "pgcopydb version 0.10-1\ncompiled with PostgreSQL 15.0\ncompatible with Postgres 10, 11, 12, 13, 14, and 15\n";

describe("R-PG-14 the version gate of pgcopydb", () => {
  it("reads what it prints", () => {
    expect(parsePgcopydbVersion(DEBIAN_12)).toEqual({ text: "0.10", number: 10, newest: 15 });
    expect(parsePgcopydbVersion("pgcopydb version 1.2.3")).toEqual({ text: "1.2", number: 1_002, newest: null });
    expect(parsePgcopydbVersion("bash: pgcopydb: not found")).toBeNull();
  });

  it("blocks a missing or old one and a newer source, and warns of a newer target", () => {
    const version = parsePgcopydbVersion(DEBIAN_12);
    const level = (...gate: Parameters<typeof pgcopydbGate>) => pgcopydbGate(...gate).level;
    expect(level(null, 15, 15)).toBe("block");
    expect(level(parsePgcopydbVersion("pgcopydb version 0.9"), 15, 15)).toBe("block");
    expect(level(version, 16, 18)).toBe("block");
    expect(level(version, 15, 18)).toBe("warn");
    expect(level(version, 15, 15)).toBe("pass");
  });

  it("finds none where there is none", async () => {
    expect(await installedPgcopydb("/nowhere/pgcopydb")).toBeNull();
  });

  it("is never asked to follow", () => {
    const step = { key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "a", to: "b", tool: "pgcopydb", follow: true } };
    expect(runStep.safeParse(step).success).toBe(false);
  });
});

describe("what pgcopydb is told", () => {
  const connection = (sslmode: string, host = "db.example.test") => ({
    key: "a",
    kind: "postgres" as const,
    config: { host, port: 5432, database: "my db@x".replace(" ", "_"), user: "o'hara".replace("'", "."), sslmode },
    secret: { password: "canary-4711" },
  });
  const settings = { address: "192.0.2.1", applicationName: "switchyard:run:1", caFile: "/ca.crt" };

  it("has no password, the checked address, and the name where the certificate proves it", () => {
    expect(databaseUri(connection("require"), settings)).toBe(
      "postgresql://o.hara@192.0.2.1:5432/my_db%40x?sslmode=require&application_name=switchyard%3Arun%3A1",
    );
    const full = databaseUri(connection("verify-full"), settings);
    expect(full).toContain("@db.example.test:5432/");
    expect(full).toContain("sslrootcert=%2Fca.crt");
    expect(databaseUri(connection("disable"), { ...settings, address: "2001:db8::1" })).toContain("@[2001:db8::1]:5432/");
    expect(full).not.toContain("canary");
  });

  it("leaves out schemas and the empty shells of partitioned tables", () => {
    expect(filterText(["old", 'Odd "x'], [{ schema: "public", name: "page views" }])).toBe(
      '[exclude-schema]\nold\n"Odd ""x"\n\n[exclude-table-data]\npublic."page views"\n\n',
    );
    expect(filterText([], [])).toBe("");
  });

  it("F-PG-22 counts lines of errors, also where it ends with 0", () => {
    expect(isPgcopydbError("03:24:23 6286 ERROR [TARGET] ERROR:  cannot truncate only a partitioned table")).toBe(true);
    expect(isPgcopydbError("03:24:11.123 5801 FATAL Terminating all processes in our process group")).toBe(true);
    expect(isPgcopydbError("03:24:11 5805 ERROR Failed to run pg_dump: exit code 1")).toBe(true);
    expect(isPgcopydbError('03:33:24 19194 ERROR pg_restore: warning: line ignored:             "isUnique": true,')).toBe(false);
    expect(isPgcopydbError('03:24:23 6287 INFO  COPY "public"."ERROR "')).toBe(false);
    expect(isPgcopydbError("03:24:11 5801 WARN  ERROR in the text")).toBe(false);
  });
});
