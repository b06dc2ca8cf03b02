import type { Check, Noticed, Rule } from "../../types";

/** Backup space is paid from the first day, and no backup has a time at which it runs. */
const check: Check = (plan) => {
  const scheduled = plan.backups.some((backup) => backup.cron !== undefined || backup.interval !== undefined || backup.frequency !== undefined);
  // A plan that does not speak of backups at all is not asked for their times.
  if (scheduled || plan.backups.length === 0) return [];
  return plan.stacks.flatMap((stack, i) =>
    stack.role === "current" || stack.role === "variant"
      ? []
      : stack.resources.flatMap((resource, j): Noticed[] => {
          const price = resource.lineItems[0]?.price;
          if (resource.kind !== "backup" || price?.form !== "fixed" || price.amount === 0) return [];
          return [
            {
              code: rule.code,
              level: "info",
              path: `stacks[${i}].resources[${j}]`,
              message: `${stack.name}: ${resource.name} is paid for, but no backup of the plan says when it runs.`,
              expected: "a backup with a schedule",
              hint: "Add the backup and its time, or leave the price out until there is one.",
            },
          ];
        }),
  );
};

const plan = (backups: string) => `stacks:
  - { key: new, name: New, role: target, resources: [{ key: b, name: Backup space, kind: backup, lineItems: [{ price: { form: fixed, amount: 3 } }] }] }
${backups}`;

export const rule: Rule = {
  code: "priced-but-not-scheduled",
  family: "priced-vs-used",
  levels: ["info"],
  says: "Space for backups is paid for, and none of the backups has a schedule.",
  example: {
    wrong: plan("backups: [{ key: dumps, what: Database, storage: Backup space }]\n"),
    finds: "New: Backup space is paid for, but no backup of the plan says when it runs.",
    right: plan("backups: [{ key: nightly, what: Database, interval: 1d, storage: Backup space }]\n"),
  },
  check,
};
