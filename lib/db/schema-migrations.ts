import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";

/*
 * Prisma's own schema engine as WebAssembly. The Prisma CLI would download a native engine at its first start,
 * which fails without internet; this is the same engine and keeps the same _prisma_migrations table.
 */

type Engine = import("@prisma/schema-engine-wasm/schema_engine_bg").SchemaEngine;

/**
 * The adapter splits a script at every semicolon, which cuts function bodies and comments apart. Sent whole, the
 * server parses it, and a script that fails leaves nothing behind.
 */
class WholeScripts extends PrismaPg {
  private readonly opened: { dispose: () => Promise<void> }[] = [];

  override async connect() {
    const adapter = await super.connect();
    this.opened.push(adapter);
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }

  /** The engine forgets its connections without closing them. */
  async close() {
    await Promise.all(this.opened.map((adapter) => adapter.dispose()));
  }
}

const NO_FILTER = { externalTables: [], externalEnums: [] };

let bindings: Promise<typeof import("@prisma/schema-engine-wasm/schema_engine_bg")> | undefined;

/** Loaded once: a second instance would take the memory of the first from under it. */
async function engineModule() {
  bindings ??= loadEngine();
  return await bindings;
}

async function loadEngine() {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const here = createRequire(import.meta.url);
  const wasmPath = path.join(path.dirname(here.resolve("@prisma/schema-engine-wasm/schema_engine_bg")), "schema_engine_bg.wasm");
  const module = await WebAssembly.compile(await readFile(wasmPath));
  const instance = await WebAssembly.instantiate(module, { "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports });
  const exports = instance.exports as unknown as { __wbindgen_start: () => void };
  (glue as unknown as { __wbg_set_wasm: (wasm: unknown) => void }).__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return glue;
}

async function withEngine<T>(connectionString: string, datamodels: [string, string][] | undefined, use: (engine: Engine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await engineModule();
  const factory = new WholeScripts({ connectionString });
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await SchemaEngine.new({ datamodels }, () => undefined, adapter);
  try {
    return await use(engine);
  } finally {
    engine.free();
    await factory.close();
  }
}

/** All `*.prisma` files of the schema folder as path and content. */
async function readSchemas(root: string) {
  const folder = path.join(root, "prisma/schema");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".prisma")).sort();
  return Promise.all(names.map(async (name) => ({ path: path.join(folder, name), content: await readFile(path.join(folder, name), "utf8") })));
}

/**
 * SQL that creates every table of the models from nothing. Needs a reachable database for its dialect only; it
 * writes nothing there.
 */
export async function schemaAsSql(root: string, connectionString: string): Promise<string> {
  const files = await readSchemas(root);
  const result = await withEngine(
    connectionString,
    files.map((file) => [file.path, file.content]),
    (engine) =>
      engine.diff({
        from: { tag: "empty" },
        to: { tag: "schemaDatamodel", files },
        script: true,
        exitCode: null,
        filters: NO_FILTER,
      }),
  );
  return result.stdout ?? "";
}

/**
 * Applies the schema migrations that the database does not have yet, in order, and returns their names.
 * @throws when a migration fails; the engine then marks it failed and refuses to go on until that is resolved.
 */
export async function applySchemaMigrations(root: string, connectionString: string): Promise<string[]> {
  const baseDir = path.join(root, "prisma/migrations");
  const names = (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(path.join(baseDir, name, "migration.sql"), "utf8") },
      },
    })),
  );
  const output = await withEngine(connectionString, undefined, (engine) =>
    engine.applyMigrations({
      migrationsList: {
        baseDir,
        lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
        shadowDbInitScript: "",
        migrationDirectories,
      },
      filters: NO_FILTER,
    }),
  );
  return output.appliedMigrationNames;
}
