import { openApiDocument } from "@/lib/service/openapi";
import { apiRoute } from "@/lib/service/route";
import packageJson from "@/package.json";

/** `GET /api/openapi.json`: the HTTP interface, generated from the schemas that validate. */
export const GET = apiRoute({ permission: "public", handler: async () => openApiDocument(packageJson.version) });
