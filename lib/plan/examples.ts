import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const FOLDER = path.join(process.cwd(), "examples");

/** Names of the example plans that come with Switchyard; none when the folder is not there. */
export async function exampleNames(): Promise<string[]> {
  try {
    return (await readdir(FOLDER))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => file.slice(0, -".yaml".length))
      .sort();
  } catch {
    return [];
  }
}

/** Text of an example plan; null for a name that is none. */
export async function exampleSource(name: string): Promise<string | null> {
  return (await exampleNames()).includes(name) ? readFile(path.join(FOLDER, `${name}.yaml`), "utf8") : null;
}
