import { acknowledgeAlert } from "@/lib/alert/acknowledge-alert";
import { apiRoute, jsonObject } from "@/lib/service/route";

export const POST = apiRoute<{ a: string }>({
  permission: "alert.handle",
  handler: async (ctx, request, { a }) => acknowledgeAlert(ctx, { ...(await jsonObject(request)), alert: a }),
});
