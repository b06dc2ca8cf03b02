import { runTask, TASKS, type TaskDeps } from "@/lib/jobs/tasks";

const LOOK_MS = 250;

export interface TaskLoop {
  /** Runs a task now unless it is running already; for the alarm clock. */
  ring: (name: string) => void;
  stop: () => Promise<void>;
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
      runTask(name, deps, new Date()).finally(() => running.delete(name)),
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
