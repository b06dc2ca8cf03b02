import { benchInitialCopy } from "./initial-copy";
import type { Measurement } from "./measure";
import type { World } from "./world";

/** What a live move consists of, each part in a file of its own, measured one after another. */
const PARTS: readonly { name: string; bench: (world: World) => Promise<Measurement[]> }[] = [{ name: "initial copy", bench: benchInitialCopy }];

/** Every part of a live move beside what a user would pick instead. */
export async function benchCutover(world: World): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const { name, bench } of PARTS) {
    world.say(`cutover: ${name}`);
    measured.push(...(await bench(world)));
  }
  return measured;
}
