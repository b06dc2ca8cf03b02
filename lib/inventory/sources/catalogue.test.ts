import { describe, expect, it } from "vitest";
import { RESOURCE_KINDS } from "@/lib/plan/types";
import { PROVIDERS, typeFacts } from "./catalogue";
import { isSecretName, isSecretText } from "./secret-text";

const rows = Object.entries(PROVIDERS).flatMap(([prefix, { types }]) =>
  Object.entries(types).map(([type, [kind, attributes = ""]]) => ({ type: `${prefix}_${type}`, kind, attributes })),
);

describe("the catalogue of Terraform types", () => {
  it("knows several hundred types of the common providers", () => {
    expect(rows.length).toBeGreaterThan(400);
    for (const prefix of "aws google azurerm cloudflare digitalocean hcloud fly vercel supabase neon upstash github kubernetes helm random tls".split(" ")) {
      expect(Object.keys(PROVIDERS[prefix]?.types ?? {}), prefix).not.toHaveLength(0);
    }
  });

  it("uses the kinds of the plan", () => {
    const kinds: readonly string[] = RESOURCE_KINDS;
    expect(rows.filter((row) => !kinds.includes(row.kind))).toEqual([]);
  });

  it("lists no attribute whose name sounds like a secret, in a form that is understood", () => {
    const attributes = rows.flatMap((row) =>
      row.attributes
        .split(" ")
        .filter((one) => one !== "")
        .map((one) => ({ type: row.type, one })),
    );
    expect(attributes.filter(({ one }) => one.replace(/:.*/, "").split(".").some(isSecretName))).toEqual([]);
    expect(attributes.filter(({ one }) => !/^[a-z0-9_]+(\.[a-z0-9_]+)*(:(mb|gb|n|port))?$/.test(one))).toEqual([]);
    const doubled = rows.filter((row) => new Set(row.attributes.split(" ")).size !== row.attributes.split(" ").length);
    expect(doubled).toEqual([]);
  });

  it.each([
    ["aws_instance", null, "AWS", "compute"],
    ["aws_new_thing_bucket", null, "AWS", "storage"],
    ["aws_rds_snapshot_copy", null, "AWS", "backup"],
    ["azurerm_web_application_firewall_policy", null, "Azure", "security"],
    ["hcloud_load_balancer_network", null, "Hetzner", "network"],
    ["exoscale_database_instance", 'provider["registry.terraform.io/exoscale/exoscale"]', "exoscale", "database"],
    ["acme_redis_cluster", "registry.terraform.io/vancluever/acme", "ACME", "cache"],
    ["mystery", null, "mystery", "other"],
    ["constructor_toString", null, "constructor", "other"],
    ["", null, null, "other"],
  ])("%s of %s", (type, address, provider, kind) => expect(typeFacts(type, address)).toMatchObject({ provider, kind }));
});

describe("what must not leave a reader", () => {
  it.each([
    "password",
    "db_password",
    "rootPassword",
    "client_secret",
    "api_key",
    "APIKEY",
    "access-token",
    "connection_string",
    "primaryConnectionString",
    "DATABASE_URL",
    "private_key_pem",
    "user_data",
    "PGPASSWORD",
    "kubeconfig",
  ])("%s is a secret name", (name) => expect(isSecretName(name)).toBe(true));
  it.each(["name", "instance_type", "keyboard", "monkey", "region", "engine_version", "passenger_count", "tokyo", "size"])("%s is not", (name) =>
    expect(isSecretName(name)).toBe(false),
  );

  it.each([
    "postgres://shop:hunter22@db/shop",
    "-----BEGIN PRIVATE KEY-----",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_0123456789abcdef0123",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx",
    "Server=x;Password=hunter22",
    "password: hunter22",
    "AccountKey=abc==",
  ])("%s is a secret text", (text) => expect(isSecretText(text)).toBe(true));
  it.each(["t3.small", "https://example.com/path?q=1", "ami-0a1b2c3d", "registry.example:5000/app:1.2", "acme/token-service:1", "password", "10.0.0.0/8"])(
    "%s is not",
    (text) => expect(isSecretText(text)).toBe(false),
  );
});
