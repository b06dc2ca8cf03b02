import { hashPassword } from "@/lib/auth/password-hash";
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

/** A person who can sign in. Hashes the password as the product does, about 50 ms. */
export async function makeUserWithPassword(db: Db, values: { role?: Role; email?: string; name?: string; password: string }) {
  const user = await makeUser(db, values);
  return db.prisma.user.update({ where: { id: user.id }, data: { passwordHash: await hashPassword(values.password), passwordChangedAt: new Date() } });
}
