// Whether something that was made of the sources is still up to date. Plain JavaScript: the command line asks before TypeScript can run.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

function filesBelow(root, target) {
  const full = path.join(root, target);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [target];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(root, path.join(target, name)));
}

/** Hash of every file of the given files and folders of a checkout that `counts`; tests never do. */
export function sourceHash(root, targets, counts = () => true) {
  const hash = createHash("sha256");
  for (const file of targets.flatMap((target) => filesBelow(root, target))) {
    if (/\.test\.tsx?$/.test(file) || !counts(file)) continue;
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}
