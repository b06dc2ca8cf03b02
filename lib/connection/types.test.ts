import { describe, expect, it } from "vitest";
import { connectionConfig, connectionSecret, isHost, splitAddress } from "./types";

const postgres = { host: "db.example.test", port: 5432, database: "app", user: "mover" };

describe("connection settings (B-2, B-3)", () => {
  it("accept ordinary hosts and addresses", () => {
    for (const host of ["localhost", "db-1.internal", "a_b.example.test", "10.0.0.1", "::1", "2001:db8::5", "xn--bcher-kva.example", "db.example.test."])
      expect(isHost(host), host).toBe(true);
    expect(connectionConfig.postgres.parse(postgres)).toMatchObject({ sslmode: "verify-full" });
    expect(splitAddress("[::1]:9999")).toEqual({ host: "::1", port: 9999 });
  });

  it("refuse everything libpq or a resolver would read more into", () => {
    const hosts = [
      "/run/postgresql",
      "a,b",
      "h:5432",
      "host=/run",
      "-h",
      "a b",
      "",
      "0x7f.1",
      "2130706433",
      "127.1",
      "0177.0.0.1",
      "a..b",
      "a\u0000b",
      "a\nb",
      "exаmple.test",
      "\u202eabc",
      "256.1.1.1",
      "http://x",
      "user@host",
      "x/../y",
      "a;b",
      "%61",
    ];
    for (const host of hosts) expect(connectionConfig.postgres.safeParse({ ...postgres, host }).success, host).toBe(false);
    for (const port of [0, 65_536, -1, 1.5, "5432", Number.NaN])
      expect(connectionConfig.postgres.safeParse({ ...postgres, port }).success, String(port)).toBe(false);
    const names = ["app options=-c", "service=x", "host=/tmp", "postgresql://x", "-d", "a'b", 'a"b', "a;b", "a\\b", "", "x".repeat(64), "a\u0000", "a\n"];
    for (const name of names) {
      expect(connectionConfig.postgres.safeParse({ ...postgres, database: name }).success, name).toBe(false);
      expect(connectionConfig.postgres.safeParse({ ...postgres, user: name }).success, name).toBe(false);
    }
    expect(connectionConfig.postgres.safeParse({ ...postgres, sslmode: "allow" }).success).toBe(false);
    expect(connectionConfig.postgres.safeParse({ ...postgres, options: "-c x=y" }).success).toBe(false);
    expect(connectionConfig.postgres.safeParse(JSON.parse('{"host":"a","database":"b","user":"c","__proto__":{"sslmode":"disable"}}')).success).toBe(false);
  });

  it("take passwords with any printable character, but one line only", () => {
    expect(connectionSecret.postgres.safeParse({ password: "p@:/?#%\\'\" ü" }).success).toBe(true);
    for (const password of ["", "a\nb", "a\rb", "a\u0000b"]) expect(connectionSecret.postgres.safeParse({ password }).success).toBe(false);
    expect(connectionSecret.webhook.safeParse({}).success).toBe(false);
    expect(connectionSecret.webhook.safeParse({ signingSecret: "short" }).success).toBe(false);
  });

  it("B-14 take the full path of a pooler's file and nothing that leads elsewhere", () => {
    const pooler = { ...postgres, port: 6432 };
    for (const configFile of ["/etc/pgbouncer/pgbouncer.ini", "/etc/pgbouncer/databases.d/shop@1.ini"])
      expect(connectionConfig.pgbouncer.safeParse({ ...pooler, configFile }).success, configFile).toBe(true);
    for (const configFile of ["pgbouncer.ini", "/etc/../shadow", "/etc/pgbouncer/", "/a b", "/a\nb", "/a\u0000b", "/a;b", "", `/${"x".repeat(400)}`])
      expect(connectionConfig.pgbouncer.safeParse({ ...pooler, configFile }).success, configFile).toBe(false);
    expect(connectionConfig.postgres.safeParse({ ...postgres, configFile: "/etc/x.ini" }).success).toBe(false);
  });

  it("refuse HAProxy addresses and web addresses with anything extra in them", () => {
    for (const address of ["127.0.0.1:9999", "lb.internal:9999", "/run/haproxy/admin.sock"])
      expect(connectionConfig.haproxy.safeParse({ address }).success, address).toBe(true);
    for (const address of ["lb", "lb:0", "lb:70000", "/run/../etc/passwd", "/run/a b", "lb:1;quit", "relative.sock"])
      expect(connectionConfig.haproxy.safeParse({ address }).success, address).toBe(false);
    for (const url of ["https://hooks.example.test/x?y=1", "http://10.0.0.5:9090"]) expect(connectionConfig.webhook.safeParse({ url }).success, url).toBe(true);
    for (const url of [
      "file:///etc/passwd",
      "gopher://x",
      "https://user:pass@x/",
      "https://x/ y",
      "https://x/\r\nHost: y",
      "https://x/#a",
      "javascript:alert(1)",
      "https://",
    ])
      expect(connectionConfig.webhook.safeParse({ url }).success, url).toBe(false);
  });
});
