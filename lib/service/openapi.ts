import { z } from "zod";
import { PERMISSIONS } from "@/lib/auth/permissions";
import { OPERATIONS } from "@/lib/service/openapi-operations";
import type { Operation } from "@/lib/service/openapi-types";

type Json = Record<string, unknown>;

const PROBLEM: Json = {
  type: "object",
  required: ["type", "title", "status", "detail", "errors"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    errors: { type: "array", items: { type: "object", required: ["path", "message"], properties: { path: { type: "string" }, message: { type: "string" } } } },
  },
};

/** The HTTP interface as OpenAPI 3.1, made from the schemas that validate requests. Pure. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationJson(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Switchyard",
      version,
      description: "Times are RFC 3339 with zone, money is a decimal string with a currency, lists are cursor-paged, errors are RFC 9457 problem details.",
    },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of a person, with scopes read, ingest, operate, admin." },
        session: { type: "apiKey", in: "cookie", name: "session" },
      },
    },
  };
}

function operationJson(operation: Operation): Json {
  const { permission, body } = operation;
  const rule: { roles: readonly string[]; scopes: readonly string[] } | null = permission === "public" ? null : PERMISSIONS[permission];
  const token = rule !== null && rule.scopes.length > 0;
  return {
    summary: operation.summary,
    ...(rule === null ? { security: [] } : { security: [...(token ? [{ token: [...rule.scopes] }] : []), { session: [] }] }),
    ...(rule === null
      ? {}
      : { description: `Permission ${permission}: roles ${rule.roles.join(", ")}; ${token ? `a token with ${rule.scopes.join(" or ")}` : "no token"}.` }),
    parameters: [...pathParameters(operation.path), ...queryParameters(operation.query), ...headerParameters(operation)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(body.types.map((type) => [type, { schema: body.schema === undefined ? { type: "string" } : schemaOf(body.schema) }])),
          },
        }),
    responses: {
      "200": {
        description: "Done.",
        content: { [operation.answers ?? "application/json"]: operation.result === undefined ? {} : { schema: schemaOf(operation.result) } },
      },
      ...Object.fromEntries(Object.entries(operation.statuses ?? {}).map(([status, description]) => [status, { description }])),
      default: { description: "Refused.", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } },
    },
  };
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({ name: match[1], in: "path", required: true, schema: { type: "string" } }));
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return [];
  const schema = schemaOf(query) as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, value]) => ({
    name,
    in: "query",
    required: schema.required?.includes(name) ?? false,
    schema: value,
  }));
}

function headerParameters({ headers = [] }: Operation): Json[] {
  return headers.map(({ name, text }) => ({ name, in: "header", required: false, description: text, schema: { type: "string" } }));
}
