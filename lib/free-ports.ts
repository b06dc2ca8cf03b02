import { createServer, type Server } from "node:net";

const LOWEST = 20_000;
/** Below 32768, where Linux hands out ports to outgoing connections: a chosen port is not taken by one of those. */
const HIGHEST = 32_000;
const TRIES = 200;
const HOST = "127.0.0.1";
/**
 * Whoever claims a port listens on it at this address, where no server of ours does. The kernel lets one process have it
 * and gives it up when that process ends, so that two who start something at the same moment never choose the same port.
 */
const CLAIMS = "127.83.87.89";

/** Listens until the server is closed or this process ends. */
function listenOn(host: string, port: number): Promise<Server | "taken" | "no such address"> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRNOTAVAIL" ? "no such address" : "taken"));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

/** Claims the port for the life of this process, if nobody else has claimed it and nothing listens on it. */
async function claim(port: number): Promise<boolean> {
  const claimed = await listenOn(CLAIMS, port);
  if (claimed === "taken") return false;
  const probe = await listenOn(HOST, port);
  if (typeof probe === "object") await closed(probe);
  // Other systems than Linux have one loopback address: there the look has to do.
  if (typeof claimed === "string") return typeof probe === "object";
  if (typeof probe === "object") claimed.unref();
  else await closed(claimed);
  return typeof probe === "object";
}

/**
 * A free loopback TCP port, between 20000 and 32000, that no other process of Switchyard is given while this one lives.
 * `wanted` is taken when it is free, so that an address stored elsewhere stays right.
 */
export async function claimPort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await claim(wanted))) return wanted;
  for (let tries = 0; tries < TRIES; tries++) {
    const candidate = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await claim(candidate)) return candidate;
  }
  throw new Error(`No free loopback port was found between ${LOWEST} and ${HIGHEST}.`);
}

/** A port as of {@link claimPort} for each name. */
export async function claimPorts<N extends string>(names: readonly N[], wanted: Partial<Record<string, number>> = {}): Promise<Record<N, number>> {
  const chosen = {} as Record<N, number>;
  for (const name of names) chosen[name] = await claimPort(wanted[name]);
  return chosen;
}
