import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { changeAlert } from "./handle-alert";
import { muteInput } from "./types";

/** Keeps an alert quiet for some minutes, at most a week (0 ends that). It stays visible. Audited. */
export async function muteAlert(ctx: Ctx, raw: unknown): Promise<{ id: string; version: number }> {
  requirePermission(ctx, "alert.handle");
  const input = parseInput(muteInput, raw);
  const until = input.minutes === 0 ? null : new Date(ctx.now.getTime() + input.minutes * 60_000);
  return changeAlert(ctx, input.alert, input.version, { action: until === null ? "alert.unmute" : "alert.mute", set: { mutedUntil: until } });
}
