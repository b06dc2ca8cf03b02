import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { changeAlert } from "./handle-alert";
import { acknowledgeInput } from "./types";

/** Says that somebody has the alert (`on: "off"` takes that back). Audited. */
export async function acknowledgeAlert(ctx: Ctx, raw: unknown): Promise<{ id: string; version: number }> {
  requirePermission(ctx, "alert.handle");
  const input = parseInput(acknowledgeInput, raw);
  const set = input.on === "on" ? { acknowledgedAt: ctx.now, acknowledgedBy: personOf(ctx.actor) } : { acknowledgedAt: null, acknowledgedBy: null };
  return changeAlert(ctx, input.alert, input.version, { action: input.on === "on" ? "alert.acknowledge" : "alert.unacknowledge", set });
}
