import { benchGuardReaction } from "./guard-reaction";
import { benchInitialCopy } from "./initial-copy";
import type { Measurement } from "./measure";
import { benchSwitching } from "./switching";
import { benchTakeover } from "./takeover";
import { benchVerification } from "./verification";
import type { World } from "./world";

/** What a live move consists of, each part in a file of its own, measured one after another. */
const PARTS: readonly { name: string; bench: (world: World) => Promise<Measurement[]> }[] = [
  { name: "switch", bench: benchSwitching },
  { name: "initial copy", bench: benchInitialCopy },
  { name: "verification throughput", bench: benchVerification },
  { name: "guards", bench: benchGuardReaction },
  { name: "takeover", bench: benchTakeover },
];

/** Every part of a live move beside what a user would pick instead; with `--parts` only those. @throws Error for a part that does not exist */
export async function benchCutover(world: World): Promise<Measurement[]> {
  const { parts } = world.options;
  const unknown = parts.filter((name) => PARTS.every((part) => part.name !== name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}. There are: ${PARTS.map((part) => part.name).join(", ")}.`);
  const measured: Measurement[] = [];
  for (const { name, bench } of PARTS) {
    if (parts.length > 0 && !parts.includes(name)) continue;
    world.say(`cutover: ${name}`);
    measured.push(...(await bench(world)));
  }
  return measured;
}
