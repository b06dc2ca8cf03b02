import { randomBytes } from "node:crypto";
import { hashPassword } from "@/lib/auth/password-hash";
import type { Role } from "@/lib/auth/permissions";
import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";

export interface SeedPerson {
  email: string;
  name: string;
  role: Role;
  password: string;
}

const PEOPLE: { email: string; name: string; role: Role }[] = [
  { email: "owner@example.test", name: "Demo owner", role: "admin" },
  { email: "approver@example.test", name: "Demo approver", role: "approver" },
  { email: "operator@example.test", name: "Demo operator", role: "operator" },
  { email: "viewer@example.test", name: "Demo viewer", role: "viewer" },
];

/** A workspace with people of the given roles and new random passwords; the only place that knows them is the answer. */
export async function makePeople(db: Db, now: Date, roles: readonly Role[] = ["admin", "approver", "operator", "viewer"]): Promise<SeedPerson[]> {
  await db.prisma.workspace.create({
    data: { id: newId(), name: "Example workspace", currency: "USD", timeZone: "UTC", allowLoopback: true, exampleData: true, createdAt: now },
  });
  const people = PEOPLE.filter((person) => roles.includes(person.role)).map((person) => ({
    ...person,
    password: `demo-${randomBytes(9).toString("base64url")}`,
  }));
  for (const person of people) {
    await db.prisma.user.create({
      data: {
        id: newId(),
        email: person.email,
        name: person.name,
        role: person.role,
        passwordHash: await hashPassword(person.password),
        passwordChangedAt: now,
        createdAt: now,
      },
    });
  }
  return people;
}
