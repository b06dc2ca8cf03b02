import type { Role } from "@/lib/auth/permissions";
import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";

/** A person without a password; `email` is unique per call. */
export function makeUser(db: Db, values: { role?: Role; email?: string; name?: string } = {}) {
  const id = newId();
  const role = values.role ?? "operator";
  return db.prisma.user.create({
    data: { id, role, email: values.email ?? `${role}-${id.slice(-8)}@example.test`, name: values.name ?? `${role} ${id.slice(-4)}` },
  });
}

/** The one workspace row. */
export function makeWorkspace(db: Db, values: { allowLoopback?: boolean; currency?: string; timeZone?: string } = {}) {
  return db.prisma.workspace.create({
    data: {
      id: newId(),
      name: "Example workspace",
      currency: values.currency ?? "USD",
      timeZone: values.timeZone ?? "UTC",
      allowLoopback: values.allowLoopback ?? true,
    },
  });
}
