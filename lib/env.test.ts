import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

async function read(variables: Record<string, string>) {
  vi.resetModules();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { env } = await import("@/lib/env");
  return env();
}

beforeEach(() => vi.stubEnv("PUBLIC_URL", ""));
afterEach(() => vi.unstubAllEnvs());

describe("environment", () => {
  it("takes what is well formed, blank as unset", async () => {
    const env = await read({ PORT: "8080", PUBLIC_URL: "https://ops.example.test", METRICS_TOKEN: "" });
    expect([env.PORT, env.PUBLIC_URL, env.METRICS_TOKEN]).toEqual([8080, "https://ops.example.test", undefined]);
  });

  it.each([
    ["PORT", "70000"],
    ["PUBLIC_URL", "ops.example.test"],
    ["PUBLIC_URL", "ftp://ops.example.test"],
    ["SECRET_KEY", "short"],
    ["METRICS_TOKEN", "short"],
    ["LOG_LEVEL", "loud"],
    ["SHELL_STEPS", "yes"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["SWITCHYARD_DATADIR", "/srv"],
    ["AUTH_OIDC_ISSUER", "https://id.example.test"],
  ])("refuses %s=%s and names it", async (name, value) => {
    await expect(read({ [name]: value })).rejects.toThrow(name);
  });
});
