import { redirect } from "next/navigation";
import { pageContext } from "@/lib/service/page";

export default async function SettingsPage() {
  await pageContext();
  redirect("/settings/workspace");
}
