import { defineConfig } from "prisma/config";

// The database address is never needed here: the client gets it through the driver adapter and schema
// migrations are applied by scripts/schema.ts, which runs Prisma's own engine as WebAssembly.
export default defineConfig({ schema: "schema", migrations: { path: "migrations" } });
