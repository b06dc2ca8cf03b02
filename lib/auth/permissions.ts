/** Roles in ascending order of power; the order itself grants nothing, only the table below does. */
export const ROLES = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const SCOPES = ["read", "ingest", "operate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

interface Rule {
  roles: readonly Role[];
  /** Scopes of a token that suffice; empty: no token may, only a person's own session. */
  scopes: readonly Scope[];
}

const EVERYONE = ["viewer", "operator", "approver", "admin"] as const;
const OPERATE = ["operator", "approver", "admin"] as const;
const APPROVE = ["approver", "admin"] as const;
const ADMIN = ["admin"] as const;

/** One table: who may do what. Anything not in it is refused. */
export const PERMISSIONS = {
  "workspace.read": { roles: EVERYONE, scopes: ["read", "operate", "admin"] },
  "workspace.manage": { roles: ADMIN, scopes: [] },
  "people.manage": { roles: ADMIN, scopes: [] },
  "token.manage": { roles: EVERYONE, scopes: [] },
  "project.create": { roles: OPERATE, scopes: ["operate", "admin"] },
  "project.manage": { roles: ADMIN, scopes: ["admin"] },
  "plan.import": { roles: OPERATE, scopes: ["operate", "admin"] },
  "policy.manage": { roles: ADMIN, scopes: [] },
  "inventory.edit": { roles: OPERATE, scopes: ["operate", "admin"] },
  "sample.ingest": { roles: OPERATE, scopes: ["ingest", "operate", "admin"] },
  "bill.import": { roles: OPERATE, scopes: ["ingest", "operate", "admin"] },
  "bill.undo": { roles: OPERATE, scopes: ["operate", "admin"] },
  "budget.edit": { roles: OPERATE, scopes: ["operate", "admin"] },
  "trigger.edit": { roles: OPERATE, scopes: ["operate", "admin"] },
  "alert.handle": { roles: OPERATE, scopes: ["operate", "admin"] },
  "decision.record": { roles: OPERATE, scopes: [] },
  "connection.manage": { roles: ADMIN, scopes: [] },
  "connection.test": { roles: OPERATE, scopes: ["operate", "admin"] },
  "runbook.edit": { roles: OPERATE, scopes: ["operate", "admin"] },
  "run.request": { roles: OPERATE, scopes: ["operate", "admin"] },
  "run.approve": { roles: APPROVE, scopes: [] },
  "run.start": { roles: OPERATE, scopes: ["operate", "admin"] },
  "run.operate": { roles: OPERATE, scopes: ["operate", "admin"] },
  "run.confirm": { roles: OPERATE, scopes: [] },
  "run.safety": { roles: OPERATE, scopes: ["operate", "admin"] },
  "audit.read": { roles: EVERYONE, scopes: ["read", "admin"] },
  "heartbeat.send": { roles: EVERYONE, scopes: ["ingest", "operate", "admin"] },
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof PERMISSIONS;

/** Who asks, reduced to what the table needs. Scopes are null for a person's own browser session. */
export interface Asker {
  role: Role;
  scopes: readonly Scope[] | null;
}

/** Whether the table grants `permission`. Unknown permissions and roles are refused (fails closed). */
export function mayDo(asker: Asker, permission: Permission): boolean {
  const rule: Rule | undefined = Object.hasOwn(PERMISSIONS, permission) ? PERMISSIONS[permission] : undefined;
  if (rule === undefined || !rule.roles.includes(asker.role)) return false;
  return asker.scopes === null || asker.scopes.some((scope) => rule.scopes.includes(scope));
}
