import { describe, expect, it } from "vitest";
import { serverConninfo } from "@/lib/migration/executors/move/conninfo";
import { shapeChange } from "@/lib/migration/executors/move/freeze";
import { copyProgress } from "@/lib/migration/executors/move/sync-progress";
import { listFile, parseToc, partition } from "@/lib/migration/executors/move/toc";

const LIST = `;
; Archive created at 2026-11-29
;     dbname: app
215; 1259 16400 TABLE public orders app
3345; 2606 16420 CONSTRAINT public orders orders_pkey app
3350; 1259 16430 INDEX billing odd name; with parts app
3360; 0 0 INDEX ATTACH public page_views_2026_10_pkey app
`;

describe("table of contents of a dump", () => {
  it("is split by catalogue and object, keeps the order and the lines as they are", () => {
    const entries = parseToc(LIST);
    expect(entries.map((entry) => `${entry.catalog}/${entry.oid}`)).toEqual(["1259/16400", "2606/16420", "1259/16430", "0/0"]);
    const { among, others } = partition(entries, [
      { catalog: "2606", oid: "16420" },
      { catalog: "0", oid: "0" },
    ]);
    expect(among.map((entry) => entry.oid)).toEqual(["16420"]);
    expect(listFile(others)).toBe(
      LIST.split("\n")
        .filter((line) => /TABLE|INDEX/.test(line))
        .map((line) => `${line}\n`)
        .join(""),
    );
  });
});

describe("what one server is told of the other", () => {
  const connection = (config: Record<string, unknown>, password = "pa'ss\\word") => ({
    key: "source",
    kind: "postgres" as const,
    config: { host: "db.internal", port: 5432, database: "app", user: "mover", ...config },
    secret: { password },
  });

  it("B-3: no text of a field becomes another field", () => {
    const text = serverConninfo(connection({ sslmode: "disable" }, "x' host='evil\\"), { major: 15 });
    expect(text).toContain("password='x\\' host=\\'evil\\\\' sslmode='disable'");
    expect(() => serverConninfo(connection({ database: "app host=evil" }), { major: 15 })).toThrow(/not a connection string/);
  });

  it("names the authorities the server knows, unless the connection has its own", () => {
    const full = { sslmode: "verify-full" };
    expect(serverConninfo(connection(full), { major: 15 })).toContain("sslrootcert='/etc/ssl/certs/ca-certificates.crt'");
    expect(serverConninfo(connection(full), { major: 18 })).toContain("sslrootcert='system'");
    expect(serverConninfo(connection({ ...full, ca: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----" }), { major: 18 })).not.toContain(
      "sslrootcert",
    );
  });

  it("uses the address the other server sees", () => {
    expect(serverConninfo(connection({ sslmode: "disable" }), { major: 15 }, { host: "10.0.0.5", port: 6000 })).toMatch(/^host='10.0.0.5' port='6000'/);
  });
});

describe("progress of the servers' copy", () => {
  it("counts rows table by table and says when all are copied", () => {
    const tables = [
      { schema: "public", name: "big", rows: 1_000 },
      { schema: "public", name: "small", rows: 10 },
    ];
    const at = (state: string, rows: number | null, name = "big") => ({ schema: "public", name, state, rows });
    expect(copyProgress(tables, [at("d", 400), at("r", null, "small")])).toMatchObject({
      done: 410,
      total: 1_010,
      message: "the servers copy the rows: 1 of 2 tables",
    });
    expect(copyProgress(tables, [at("d", 5_000)])).toMatchObject({ done: 1_000 });
    expect(copyProgress(tables, [at("s", null), at("r", null, "small")]).message).toContain("catch up");
  });
});

it("names at most three changes of a structure", () => {
  expect(shapeChange(["a", "b"], ["a", "b"])).toBeNull();
  expect(shapeChange(["a", "b"], ["a", "c"])).toBe("new: c; gone: b");
  expect(shapeChange([], ["1", "2", "3", "4", "5"])).toBe("new: 1; new: 2; new: 3; and 2 more");
});
