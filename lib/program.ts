import { existsSync } from "node:fs";
import path from "node:path";
import { bundleFolder } from "./env";

/**
 * What Node is given to run one of our programs from the root of the checkout: its bundled form when whoever started
 * this process made one, otherwise the TypeScript, which takes more than two seconds of CPU to load.
 */
export function programArguments(program: string): string[] {
  const folder = bundleFolder();
  const bundled = folder === undefined ? null : path.join(folder, program.replace(/\.ts$/, ".js"));
  // A bundle of sources that are long gone may have been removed under a process that runs for months.
  return bundled !== null && existsSync(bundled) ? [bundled] : ["--import", "tsx", program];
}
