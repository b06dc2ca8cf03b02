import type { Role, Scope } from "@/lib/auth/permissions";

/** What a role may do, in one sentence. Kept beside the table in permissions.ts. */
export const ROLE_MEANING: Record<Role, string> = {
  viewer: "Sees everything, changes nothing.",
  operator: "Imports plans, metrics and bills, records decisions, requests and operates runs. Gives no approvals.",
  approver: "Everything an operator may, and approves or rejects what others requested.",
  admin: "Everything an approver may, and manages people, policies, connections and the workspace.",
};

/** What a scope lets a token do, in one sentence. */
export const SCOPE_MEANING: Record<Scope, string> = {
  read: "Read everything the person may read.",
  ingest: "Send samples, bills and heartbeats; read nothing.",
  operate: "Import, edit, request and operate runs as far as the person may. Never approve.",
  admin: "Manage projects as far as the person may. Never people, policies, secrets or approvals.",
};
