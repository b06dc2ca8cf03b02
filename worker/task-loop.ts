import { databaseNow } from "@/lib/db/clock";
import { runTask, TASKS, type TaskDeps } from "@/lib/jobs/tasks";
import { log } from "@/lib/service/log";

const LOOK_MS = 250;

export interface TaskLoop {
  /** Runs a task now unless it is running already; for the alarm clock. */
  ring: (name: string) => void;
  stop: () => Promise<void>;
}

/** One run of a task at the database's time; a database that is away is waited for by trying again when it is due. */
async function tick(name: string, deps: TaskDeps): Promise<void> {
  try {
    await runTask(name, deps, await databaseNow(deps.db.pool));
  } catch (error) {
    log.warn({ err: error, task: name }, "task not begun");
  }
}

/** Keeps every task going at its own pace; one that is slow or fails does not delay the others. */
export function startTasks(deps: TaskDeps): TaskLoop {
  const due = new Map(TASKS.map((task) => [task.name, 0]));
  const running = new Map<string, Promise<void>>();
  const ring = (name: string) => {
    const task = TASKS.find((one) => one.name === name);
    if (task === undefined || running.has(name)) return;
    due.set(name, performance.now() + task.everyMs);
    running.set(
      name,
      tick(name, deps).finally(() => running.delete(name)),
    );
  };
  const timer = setInterval(() => {
    const now = performance.now();
    for (const task of TASKS) if ((due.get(task.name) ?? 0) <= now) ring(task.name);
  }, LOOK_MS);
  return {
    ring,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
