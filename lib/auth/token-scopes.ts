import type { Role, Scope } from "@/lib/auth/permissions";

const BY_ROLE: Record<Role, readonly Scope[]> = {
  viewer: ["read", "ingest"],
  operator: ["read", "ingest", "operate"],
  approver: ["read", "ingest", "operate"],
  admin: ["read", "ingest", "operate", "admin"],
};

/** Scopes a person of the role may give to a token. Using it is judged again with the role of that moment. */
export function scopesFor(role: Role): readonly Scope[] {
  return BY_ROLE[role];
}
