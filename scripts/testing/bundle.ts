import type { TestProject } from "vitest/node";
import { ensureBundle } from "../bundle.mjs";

/** vitest global set-up: what the tests start as processes is bundled once for the whole run. */
export default async function setup(project: TestProject) {
  // Watching goes on while the sources change: the children have to be what is written then.
  if (!project.config.watch) process.env.SWITCHYARD_BUNDLE = await ensureBundle();
}
