import type { Facts, StepContext, StepProgress, StepResult } from "@/lib/migration/executors/types";

/** Long work of this worker process, by effect. The database knows nothing of it: after a crash `observe` decides. */
export interface Job {
  /** Set when the work has ended. */
  outcome: StepResult | null;
  progress: () => StepProgress;
  /** Facts that are kept while the work runs, for a later try to go on from. */
  output?: () => Facts;
  refresh: () => Promise<void>;
  cancel: () => void;
  lines: string[];
  lastAsked: number;
}

/**
 * Work nobody asks after any more has lost its owner: the run was aborted, or another worker has it. The engine asks
 * every second, also while a run is paused.
 */
const ABANDONED_MS = 30_000;

const jobs = new Map<string, Job>();

export function findJob(key: string): Job | undefined {
  return jobs.get(key);
}

/** Starts work under a key; `work` must not reject. */
export function startJob(key: string, job: Omit<Job, "outcome" | "lastAsked">, work: () => Promise<StepResult>): Job {
  const started: Job = { ...job, outcome: null, lastAsked: performance.now() };
  jobs.set(key, started);
  const watch = setInterval(() => {
    if (performance.now() - started.lastAsked > ABANDONED_MS) started.cancel();
  }, 5_000);
  watch.unref();
  void work().then((outcome) => {
    clearInterval(watch);
    started.outcome = outcome;
  });
  return started;
}

const ASK_AGAIN_MS = 1_000;

/** Starts or asks after the work under this key and passes its answer on. */
export async function followJob(key: string, context: StepContext, what: string, start: () => Promise<Job>): Promise<StepResult> {
  const job = findJob(key) ?? (context.signal.aborted ? undefined : await start());
  if (job === undefined) return { type: "errored", reason: `${what} was cancelled.` };
  job.lastAsked = performance.now();
  if (context.signal.aborted) {
    await dropJob(key);
    return { type: "errored", reason: `${what} was cancelled.` };
  }
  if (job.outcome === null) await job.refresh();
  for (const line of job.lines.splice(0)) context.log(line);
  if (job.outcome === null) {
    const progress = job.progress();
    context.progress(progress);
    const output = job.output?.();
    return { type: "running", askAgainMs: ASK_AGAIN_MS, progress, ...(output === undefined ? {} : { output }) };
  }
  await dropJob(key);
  return job.outcome;
}

/** Takes a job out of the registry, ending it when it still runs. */
export async function dropJob(key: string): Promise<void> {
  const job = jobs.get(key);
  if (job === undefined) return;
  jobs.delete(key);
  if (job.outcome !== null) return;
  job.cancel();
  const end = performance.now() + 15_000;
  while (job.outcome === null && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Ends all long work of this process; for an orderly stop of the worker. */
export async function stopAllJobs(): Promise<void> {
  await Promise.all([...jobs.keys()].map(dropJob));
}
