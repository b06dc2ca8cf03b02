import { z } from "zod";
import type { Db } from "@/lib/db/prisma";

/** What every page needs to know about the installation. */
export interface WorkspaceFacts {
  name: string;
  /** ISO 4217, used where a project says nothing else. */
  currency: string;
  /** IANA zone in which days are shown. */
  timeZone: string;
  exampleData: boolean;
  /** Whether checks, connections and webhooks may reach addresses of the machine the worker runs on. */
  allowLoopback: boolean;
  /** When it was set up; null before first run. */
  createdAt: Date | null;
}

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** Currency codes to choose from. */
export function currencyChoices(): string[] {
  return [...CURRENCIES];
}

/** Zones to choose from, UTC first. */
export function timeZoneChoices(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return /^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text);
  } catch {
    return false;
  }
}

/** Fields by which a workspace is set up and changed. */
export const workspaceFields = {
  workspace: z
    .string({ error: "A name is needed." })
    .trim()
    .min(1, "A name is needed.")
    .max(80, "At most 80 characters.")
    .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), "Only visible characters."),
  currency: z
    .string({ error: "Choose a currency." })
    .transform((text) => text.trim().toUpperCase())
    .refine((text) => CURRENCIES.has(text), "Not a currency code such as USD or EUR."),
  timeZone: z.string({ error: "Choose a time zone." }).refine(isTimeZone, "Not a time zone such as UTC or Europe/Berlin."),
};

/** The workspace; before first run plain defaults, so that a page can always be drawn. */
export async function readWorkspace(db: Pick<Db, "prisma">): Promise<WorkspaceFacts> {
  const row = await db.prisma.workspace.findFirst();
  return {
    name: row?.name ?? "Switchyard",
    currency: row?.currency ?? "USD",
    timeZone: row?.timeZone ?? "UTC",
    exampleData: row?.exampleData ?? false,
    allowLoopback: row?.allowLoopback ?? false,
    createdAt: row?.createdAt ?? null,
  };
}
