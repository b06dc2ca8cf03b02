import { muteAlert } from "@/lib/alert/mute-alert";
import { apiRoute, jsonObject } from "@/lib/service/route";

export const POST = apiRoute<{ a: string }>({
  permission: "alert.handle",
  handler: async (ctx, request, { a }) => muteAlert(ctx, { ...(await jsonObject(request)), alert: a }),
});
