import { PgBoss } from "pg-boss";
import { messageOf } from "@/lib/core/errors";
import type { WorkerLog } from "./deps";

const QUEUE = "tasks";
/** Rarely due tasks that must not depend on how long this process has been running. */
const CRON: Record<string, string> = { "sample-partitions": "17 2 * * *", "clean-up": "41 * * * *" };

/**
 * pg-boss as the alarm clock: cron over any number of workers. Only a hint that rings tasks; where it cannot start or
 * is dropped, everything still runs by polling (F-ENG-9).
 */
export async function startAlarm(connectionString: string, ring: (task: string) => void, log: WorkerLog): Promise<() => Promise<void>> {
  const boss = new PgBoss({ connectionString, application_name: "switchyard-alarm", max: 2 });
  boss.on("error", (error) => log.warn({ reason: messageOf(error) }, "alarm clock"));
  try {
    await boss.start();
    await boss.createQueue(QUEUE);
    for (const [task, cron] of Object.entries(CRON)) await boss.schedule(QUEUE, cron, { task }, { key: task });
    await boss.work<{ task?: string }>(QUEUE, async (jobs) => {
      for (const job of jobs) if (typeof job.data?.task === "string") ring(job.data.task);
    });
  } catch (error) {
    log.warn({ reason: messageOf(error) }, "no alarm clock: tasks run by polling only");
  }
  return async () => {
    await boss.stop({ graceful: false }).catch(() => undefined);
  };
}
