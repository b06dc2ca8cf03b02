import pg from "pg";

/* INV-2: whether an application could write on two sides at once, asked of both at the same moment, ten times a second. */

/** `absent`: the server answers and has no such table or database yet. */
export type Acceptance = "accepts" | "refuses" | "absent" | "unreachable";

export interface ProbeSample {
  at: number;
  source: Acceptance;
  target: Acceptance;
}

export interface WriteProbe {
  samples: ProbeSample[];
  stop: () => Promise<void>;
}

const EVERY_MS = 100;
const LIMIT_MS = 1_500;

/**
 * One side, directly and not through the pooler, as the application's role. The write is taken back each time: only
 * whether it was let in counts.
 */
class Side {
  private client: pg.Client | null = null;

  constructor(private readonly dsn: string) {}

  async ask(): Promise<Acceptance> {
    try {
      if (this.client === null) {
        const client = new pg.Client({
          connectionString: this.dsn,
          application_name: "write probe",
          connectionTimeoutMillis: LIMIT_MS,
          query_timeout: LIMIT_MS,
        });
        client.on("error", () => undefined);
        await client.connect();
        this.client = client;
      }
      await this.client.query("BEGIN");
      await this.client.query("UPDATE fault_probe SET n = n + 1");
      await this.client.query("ROLLBACK");
      return "accepts";
    } catch (error) {
      await this.close();
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      // 25006 read-only, 42501 no right (also to connect), 28000 no login; a session that was ended asks again and is told.
      if (["25006", "42501", "28000"].includes(code)) return "refuses";
      return code === "42P01" || code === "3D000" ? "absent" : "unreachable";
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }
}

/** Starts asking both sides; a new question is only asked when both have answered the last one. */
export function startWriteProbe(sourceDsn: string, targetDsn: string): WriteProbe {
  const sides = { source: new Side(sourceDsn), target: new Side(targetDsn) };
  const samples: ProbeSample[] = [];
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const at = Date.now();
      const [source, target] = await Promise.all([sides.source.ask(), sides.target.ask()]);
      samples.push({ at, source, target });
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, EVERY_MS - (Date.now() - at))));
    }
  })();
  return {
    samples,
    stop: async () => {
      stopped = true;
      await loop;
      await Promise.all([sides.source.close(), sides.target.close()]);
    },
  };
}

/** Samples in which both sides took writes; `from` leaves out the time before the target was closed to applications. */
export function splitWrites(samples: readonly ProbeSample[], from = 0): ProbeSample[] {
  return samples.filter((sample) => sample.at >= from && sample.source === "accepts" && sample.target === "accepts");
}
