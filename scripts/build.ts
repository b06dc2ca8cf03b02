import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnv, modernNode, quietly, root, withLock } from "./setup.mjs";

const SOURCES = ["app", "components", "lib", "prisma/schema", "proxy.ts", "next.config.js", "postcss.config.mjs", "tsconfig.json", "package-lock.json"];

function filesBelow(target: string): string[] {
  const full = path.join(root, target);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [target];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(path.join(target, name)));
}

/** Hash of everything the web build is made of; tests are not. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesBelow)) {
    if (/\.test\.tsx?$/.test(file)) continue;
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}

/** Builds the web process when the sources changed since the last build. */
export async function buildIfStale(): Promise<void> {
  await withLock("the web build", async () => {
    const stamp = path.join(root, ".next/switchyard-build");
    const wanted = sourceHash();
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
    await quietly("Building the pages (about a minute)", modernNode(), [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
      // The build opens no database; the variable only satisfies the check of the environment.
      env: childEnv({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" }),
    });
    writeFileSync(stamp, wanted);
  });
}
