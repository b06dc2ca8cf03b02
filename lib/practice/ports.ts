import { createServer } from "node:net";

const LOWEST = 20_000;
/** Below 32768, where Linux hands out ports to outgoing connections: a chosen port is not taken by one of those. */
const HIGHEST = 32_000;

/** Whether nothing listens on the loopback port. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A free loopback port for each name. `wanted` (ports of an earlier start) are kept where they are free,
 * so that addresses stored elsewhere stay right.
 */
export async function choosePorts<N extends string>(names: readonly N[], wanted: Partial<Record<string, number>> = {}): Promise<Record<N, number>> {
  const chosen = {} as Record<N, number>;
  const taken = new Set<number>();
  for (const name of names) {
    const earlier = wanted[name];
    let port = earlier !== undefined && !taken.has(earlier) && (await portIsFree(earlier)) ? earlier : null;
    for (let tries = 0; port === null; tries++) {
      if (tries > 200) throw new Error("No free loopback port was found between 20000 and 32000.");
      const candidate = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
      if (!taken.has(candidate) && (await portIsFree(candidate))) port = candidate;
    }
    taken.add(port);
    chosen[name] = port;
  }
  return chosen;
}
