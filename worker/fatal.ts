/**
 * What nobody caught leaves the process in an unknown state: it dies as by kill -9, and lease and intent take care of
 * what it was doing (F-ENG-12).
 */
export function dieOfWhatNobodyCaught(log: { fatal(facts: object, message: string): void }): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      process.kill(process.pid, "SIGKILL");
    });
  }
}
