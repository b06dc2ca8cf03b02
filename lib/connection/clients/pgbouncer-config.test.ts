import { describe, expect, it } from "vitest";
import { entryServer, sameServer, withServer } from "./pgbouncer-config";

const target = { host: "10.0.2.1", port: 5433, database: "shop" };
const ini = `;; the pooler of the shop
[databases]
; a comment = with an equals sign
shop = host=10.0.1.1 port=5432 dbname=shop pool_size=20 user='it''s me'
"Shop Two"=host=db.internal dbname='the shop' auth_user=pooler
shop_ro = host=10.0.1.1 port=5432 dbname=shop
%include /etc/pgbouncer/more.ini
[pgbouncer]
listen_port = 6432
shop = host=none
`;

describe("the [databases] lines of a pooler", () => {
  it("are changed in one entry and nowhere else", () => {
    const changed = withServer(ini, "shop", target);
    expect(entryServer(changed, "shop")).toEqual(target);
    expect(changed).toBe(ini.replace("shop = host=10.0.1.1 port=5432 dbname=shop pool", "shop = host=10.0.2.1 port=5433 dbname=shop pool"));
    expect(withServer(changed, "shop", { host: "10.0.1.1", port: 5432, database: "shop" })).toBe(ini);
  });

  it("are read with quoted names and values, and with what PgBouncer takes when nothing is said", () => {
    expect(entryServer(ini, "Shop Two")).toEqual({ host: "db.internal", port: 5432, database: "the shop" });
    expect(entryServer("shop = host=a", "shop")).toEqual({ host: "a", port: 5432, database: "shop" });
    const changed = withServer("shop = host=a pool_size=5\r\nother = host=b\r\n", "shop", { ...target, database: "it's new" });
    expect(changed).toBe("shop = port=5433 dbname='it''s new' host=10.0.2.1 pool_size=5\r\nother = host=b\r\n");
    expect(entryServer(changed, "shop").database).toBe("it's new");
  });

  it("are refused where they could mean something else (F-PG-7, B-2)", () => {
    expect(() => entryServer(ini, "billing")).toThrow('no line for the database "billing"');
    expect(() => entryServer(`shop = host=a\n${ini}`, "shop")).toThrow("more than one line");
    expect(() => entryServer("shop = host=a host=b", "shop")).toThrow("host more than once");
    expect(() => entryServer("shop = host='a", "shop")).toThrow("cannot be read");
    expect(() => entryServer("shop = dbname=shop", "shop")).toThrow("names no host");
    expect(() => entryServer("[pgbouncer]\nshop = host=a", "shop")).toThrow("no line");
    for (const host of ["", "a\nb", "a\0b"]) expect(() => withServer(ini, "shop", { ...target, host })).toThrow("one line of text");
    const odd = withServer(ini, "shop", { ...target, database: "a b; [pgbouncer] admin_users=x" });
    expect(entryServer(odd, "shop").database).toBe("a b; [pgbouncer] admin_users=x");
    expect(odd.split("\n")).toHaveLength(ini.split("\n").length);
  });

  it("lead to the same server only when all three parts agree", () => {
    expect(sameServer(target, { ...target })).toBe(true);
    for (const other of [{ host: "10.0.2.2" }, { port: 5432 }, { database: "x" }]) expect(sameServer(target, { ...target, ...other })).toBe(false);
  });
});
