import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "./openapi";
import { OPERATIONS } from "./openapi-operations";

const root = path.resolve(import.meta.dirname, "../..");

/** Methods and paths of the route files, with the permission where it stands in plain text. */
function routes(): string[] {
  return globSync("app/api/{health,openapi.json,v1}/**/route.ts", { cwd: root }).flatMap((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const address = `/${file
      .replace(/^app\//, "")
      .replace(/\/route\.ts$/, "")
      .replaceAll(/\[(\w+)\]/g, "{$1}")}`;
    return [...text.matchAll(/^export (?:const|async function) (GET|POST|PUT|DELETE|PATCH)\b/gm)].map((match) => `${match[1]} ${address}`);
  });
}

describe("the OpenAPI document", () => {
  it("has every route and no other", () => {
    expect(OPERATIONS.map((operation) => `${operation.method.toUpperCase()} ${operation.path}`).sort()).toEqual(routes().sort());
  });

  it("names the permission that the route checks", () => {
    for (const operation of OPERATIONS) {
      const file = path.join(root, "app", operation.path.replaceAll(/\{(\w+)\}/g, "[$1]"), "route.ts");
      const text = readFileSync(file, "utf8");
      if (/permission: "/.test(text)) expect(text, operation.path).toContain(`permission: "${operation.permission}"`);
    }
  });

  it("describes parameters, bodies and problems from the schemas", () => {
    const document = openApiDocument("1.2.3") as {
      openapi: string;
      info: { version: string };
      paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; requestBody?: unknown; security: unknown[] }>>;
    };
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.version).toBe("1.2.3");
    expect(document.paths["/api/v1/projects/{p}/resources"]?.get?.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
      "path p",
      "query after",
      "query limit",
      "query stack",
    ]);
    expect(JSON.stringify(document.paths["/api/v1/projects/{p}/samples"]?.post?.requestBody)).toContain('"metric"');
    expect(document.paths["/api/v1/projects/{p}/decisions"]?.post?.security).toEqual([{ session: [] }]);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
