import { z } from "zod";

export const heartbeatInput = z.strictObject({
  key: z.string().min(1).max(200),
  /** What happened: the backup ran, or a restore of it was tried and worked. */
  kind: z.enum(["backup", "restore-test"]).default("backup"),
});

export const heartbeatKeyInput = z.strictObject({ project: z.string().min(1).max(100), backup: z.string().min(1).max(63) });

export interface MonitorView {
  key: string;
  name: string;
  kind: string;
  target: string;
  intervalMs: number;
  stackKey: string | null;
  enabled: boolean;
}

export interface BackupView {
  key: string;
  name: string;
  schedule: string;
  retention: string;
  storage: string;
  hasKey: boolean;
  lastRunAt: string | null;
  lastRestoreTestAt: string | null;
}
