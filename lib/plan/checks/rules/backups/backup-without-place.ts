import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** Where a backup lies decides whether it survives what it is for. */
const check: Check = (plan) => {
  const open = plan.backups.flatMap((backup, i) =>
    backup.frequency === "once" || backup.storage !== undefined || backup.retention === undefined ? [] : [{ backup, path: `backups[${i}]` }],
  );
  const kept = plan.backups.some((backup) => backup.storage !== undefined);
  const [one] = open;
  // A plan that names no place for any backup leaves that to its services.
  if (one === undefined || !kept) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: one.path,
      also: open.slice(1, 4).map(({ path }) => path),
      message: `${listed(open.map(({ backup }) => backup.what))}: nothing says where the backup is kept.`,
      expected: "storage",
      hint: "Say where it is kept, away from what it saves.",
    },
  ];
};

export const rule: Rule = {
  code: "backup-without-place",
  family: "backups",
  levels: ["warning"],
  says: "Nothing says where a backup is kept, while other backups say so.",
  example: {
    wrong: "backups: [{ key: db, what: Database, frequency: daily, storage: other host }, { key: files, what: Files, frequency: daily, retention: 7d }]\n",
    finds: "Files: nothing says where the backup is kept.",
    right:
      "backups: [{ key: db, what: Database, frequency: daily, storage: other host }, { key: files, what: Files, frequency: daily, retention: 7d, storage: other host }]\n",
  },
  check,
};
