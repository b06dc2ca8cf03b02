import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnv, modernNode, quietly, root, withLock } from "./setup.mjs";
import { sourceHash } from "./source-hash.mjs";

/** Everything the web build is made of. */
const SOURCES = ["app", "components", "lib", "prisma/schema", "proxy.ts", "next.config.js", "postcss.config.mjs", "tsconfig.json", "package-lock.json"];

/** Builds the web process when the sources changed since the last build. */
export async function buildIfStale(): Promise<void> {
  await withLock("the web build", async () => {
    const stamp = path.join(root, ".next/switchyard-build");
    const wanted = sourceHash(root, SOURCES);
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
    await quietly("Building the pages (about a minute)", modernNode(), [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
      // The build opens no database; the variable only satisfies the check of the environment.
      env: childEnv({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" }),
    });
    writeFileSync(stamp, wanted);
  });
}
