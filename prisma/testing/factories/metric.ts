import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";

/** A trigger in a group of its own (or in `groupId`); defaults: migrate, `> 100`, no hold. */
export async function makeTrigger(
  db: Db,
  projectId: string,
  metricId: string,
  values: {
    key?: string;
    groupId?: string;
    kind?: string;
    combine?: "any" | "all";
    op?: string;
    value?: number;
    high?: number;
    holdMs?: number;
    noData?: string;
    from?: string | null;
    to?: string | null;
    qualitative?: boolean;
    text?: string;
  } = {},
) {
  const id = newId();
  const kind = values.kind ?? "migrate";
  const fromStack = values.from === undefined ? "current" : values.from;
  const toStack = values.to === undefined ? "target" : values.to;
  const groupId = values.groupId ?? newId();
  if (values.groupId === undefined) {
    await db.prisma.triggerGroup.create({
      data: {
        id: groupId,
        projectId,
        key: `g-${groupId.slice(-8)}`,
        name: `Group ${groupId.slice(-4)}`,
        kind,
        combine: values.combine ?? "any",
        fromStack,
        toStack,
      },
    });
  }
  return db.prisma.trigger.create({
    data: {
      id,
      projectId,
      groupId,
      metricId,
      key: values.key ?? `t-${id.slice(-8)}`,
      text: values.text ?? "",
      kind,
      op: values.op ?? ">",
      value: values.value ?? 100,
      high: values.high ?? null,
      holdMs: BigInt(values.holdMs ?? 0),
      noData: values.noData ?? "unknown",
      qualitative: values.qualitative ?? false,
      fromStack,
      toStack,
    },
  });
}

/** An alert rule on a metric; defaults: `>`, warning 80, critical 90, no hold. */
export function makeAlertRule(
  db: Db,
  projectId: string,
  metricId: string | null,
  values: { key?: string; op?: string; warning?: number | null; critical?: number | null; holdMs?: number; noData?: string; action?: string } = {},
) {
  const id = newId();
  const key = values.key ?? `rule-${id.slice(-8)}`;
  return db.prisma.alertRule.create({
    data: {
      id,
      projectId,
      key,
      name: key,
      metricId,
      op: values.op ?? ">",
      warning: values.warning === undefined ? 80 : values.warning,
      critical: values.critical === undefined ? 90 : values.critical,
      holdMs: BigInt(values.holdMs ?? 0),
      noData: values.noData ?? "unknown",
      action: values.action ?? "",
    },
  });
}
